package io.github.owlprune.cli;

import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.OpenOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

  @Option(
      names = "--ignore-setting",
      paramLabel = "NAME",
      description =
          "Ignore a setting of config.json that this release does not know; repeatable. Use it only"
              + " if the setting does not change what the model computes.")
  private List<String> ignoredSettings = List.of();

  /** Returns the folder of the model. */
  final Path model() {
    return model;
  }

  /** Returns how to open the model. */
  final OpenOptions openOptions() {
    return OpenOptions.DEFAULT.withIgnoredSettings(ignoredSettings);
  }

  /** Opens the model, and prints what a person should know before trusting its results. */
  final CausalLm open(OpenOptions options) throws IOException {
    CausalLm lm = CausalLm.open(model, options);
    lm.remarks().forEach(remark -> err().println("note: " + remark));
    return lm;
  }

  /** Returns the command line, for errors of usage. */
  final CommandLine commandLine() {
    return spec.commandLine();
  }

  /** Returns the standard output, for results. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Returns the error output, for progress and whatever else is not a result. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints results at once, before anything else can fail. */
  final void print(Object... results) {
    for (Object result : results) {
      out().print(result);
    }
    out().flush();
  }

  /** Returns the files that the command will write, none at first. */
  final OutputPaths outputs() {
    return new OutputPaths(model);
  }

  /**
   * Makes something from the options.
   *
   * @throws ParameterException if it rejects one of their values
   */
  final <T> T requested(Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine(), e.getMessage(), e);
    }
  }

  /**
   * Returns what to add to a failure's line about files that the command leaves.
   *
   * @param failure why it failed
   * @return empty if there are none
   */
  String left(Throwable failure) {
    return "";
  }
}
