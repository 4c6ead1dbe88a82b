package io.github.owlprune.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that reads a model. */
abstract class ModelCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "Hugging Face model folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  /** Returns the folder of the model. */
  final Path model() {
    return model;
  }

  /** Returns the command line, for errors of usage. */
  final CommandLine commandLine() {
    return spec.commandLine();
  }

  /** Returns the standard output. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
