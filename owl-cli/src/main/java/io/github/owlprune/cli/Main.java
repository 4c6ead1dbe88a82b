package io.github.owlprune.cli;

import java.nio.file.FileSystemException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code owl}: prunes language models from the command line. */
@Command(
    name = "owl",
    description = "Prunes large language models with outlier-weighed layerwise sparsity.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
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

  /** Creates the command, which picocli then populates. */
  public Main() {}

  /**
   * Runs the command and exits the JVM: 0 on success, 1 on failure, 2 on invalid usage.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    CommandLine command =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, failed, parsed) -> fail(failed, failure));
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) { // picocli handles exceptions only
      return fail(command, e);
    }
  }

  private static int fail(CommandLine command, Throwable failure) {
    command.getErr().println("owl: " + message(failure));
    return FAILED;
  }

  /**
   * Returns a one-line description of a failure, without the control characters of hostile files.
   */
  private static String message(Throwable failure) {
    if (failure instanceof CancellationException) {
      return "interrupted; no model was saved";
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory ("
          + failure.getMessage()
          + "); increase --memory or use less calibration data";
    }
    String text = failure.getMessage();
    String kind = failure.getClass().getSimpleName();
    // The message of a file system exception often consists only of the file name.
    boolean bare = failure instanceof FileSystemException e && e.getReason() == null;
    String line = text == null ? kind : bare ? kind + ": " + text : text;
    return line.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is required");
  }
}
