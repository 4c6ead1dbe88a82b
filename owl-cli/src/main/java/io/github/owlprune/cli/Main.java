package io.github.owlprune.cli;

import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.pipeline.HiddenStateType;
import io.github.owlprune.plan.LlmCompressorModifier;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
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
      InfoCommand.class,
      RunCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {
  /** The system property that adds the stack trace to a failure's line. */
  static final String TRACE = "owl.trace";

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

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
    // The threads of a run hand their failures to the main thread; this is for all others.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          report(new CommandLine(new Main()).getErr(), failure, "");
          Runtime.getRuntime().halt(FAILED);
        });
    System.exit(execute(args));
  }

  static int execute(String... args) {
    CommandLine command =
        new CommandLine(new Main())
            .registerConverter(Integer.class, NumberConverters::integer)
            .registerConverter(int.class, NumberConverters::integer)
            .registerConverter(Long.class, NumberConverters::integer64)
            .registerConverter(long.class, NumberConverters::integer64)
            .registerConverter(Double.class, NumberConverters::number)
            .registerConverter(double.class, NumberConverters::number)
            .registerConverter(Method.class, new NameConverter<>(Method.class))
            .registerConverter(Bos.class, new NameConverter<>(Bos.class))
            .registerConverter(Mapping.class, new NameConverter<>(Mapping.class))
            .registerConverter(HiddenStateType.class, new NameConverter<>(HiddenStateType.class))
            .registerConverter(ValueType.class, new NameConverter<>(ValueType.class))
            .registerConverter(
                LlmCompressorModifier.class, new NameConverter<>(LlmCompressorModifier.class))
            .setParameterExceptionHandler((misuse, words) -> misused(misuse))
            .setExecutionExceptionHandler((failure, failed, parsed) -> fail(failed, failure));
    try {
      int code = command.execute(args);
      if (code == 0 && (command.getOut().checkError() || System.out.checkError())) {
        return fail(command, new IOException("the standard output is closed or its disk is full"));
      }
      return code;
    } catch (Throwable e) { // picocli handles exceptions only, not errors
      return fail(executed(command), e);
    }
  }

  /** Returns the subcommand that was running, or the command itself. */
  private static CommandLine executed(CommandLine command) {
    ParseResult parsed = command.getParseResult();
    while (parsed != null && parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    return parsed == null ? command : parsed.commandSpec().commandLine();
  }

  private static int fail(CommandLine failed, Throwable failure) {
    failed.getOut().flush();
    String left = failed.getCommand() instanceof ModelCommand command ? command.left(failure) : "";
    report(failed.getErr(), failure, left);
    return FAILED;
  }

  /** Prints one line, even if there is hardly any memory left to make it. */
  private static void report(PrintWriter err, Throwable failure, String left) {
    String line;
    try {
      line = "owl: " + FailureMessage.of(failure) + left;
    } catch (OutOfMemoryError | StackOverflowError e) {
      line = "owl: out of memory; increase --memory";
    }
    err.println(line);
    if (Boolean.getBoolean(TRACE)) {
      failure.printStackTrace(err);
    }
    err.flush();
  }

  /** Prints the line that helps, instead of a page of options. */
  private static int misused(ParameterException misuse) {
    CommandLine command = misuse.getCommandLine();
    command.getOut().flush();
    command.getErr().println("owl: " + UsageMessage.of(misuse));
    command.getErr().println("see " + command.getCommandSpec().qualifiedName() + " --help");
    return MISUSED;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is required: " + UsageMessage.commands(spec));
  }
}
