package io.github.owlprune.cli;

import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code owl}: prunes language models without a JVM project. */
@Command(
    name = "owl",
    description = "Prunes language models by outlier-weighed layerwise sparsity.",
    mixinStandardHelpOptions = true,
    version = "owl 0.1.0-SNAPSHOT",
    subcommands = {
      PruneCommand.class,
      PlanCommand.class,
      TuneCommand.class,
      AnalyzeCommand.class,
      EvalCommand.class,
      InfoCommand.class
    })
public final class Main implements Runnable {
  private static final int FAILED = 1;

  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  /** Makes the command; picocli fills it. */
  public Main() {}

  /**
   * Runs the command and ends the JVM: 0 done, 1 failed, 2 called wrongly.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("owl: " + message(failure));
              return FAILED;
            })
        .execute(args);
  }

  /** One line saying why. */
  private static String message(Throwable failure) {
    if (failure instanceof CancellationException) {
      return "interrupted; nothing was saved";
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory ("
          + failure.getMessage()
          + "); give --memory more, or use less calibration";
    }
    String text = failure.getMessage();
    String kind = failure.getClass().getSimpleName();
    // A file's exception often names nothing but the file.
    boolean bare = failure instanceof java.nio.file.FileSystemException e && e.getReason() == null;
    String line = text == null ? kind : bare ? kind + ": " + text : text;
    return line.replaceAll("\\s*\\R\\s*", " ");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }
}
