package io.github.owlprune.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Describes errors of usage in one line that says what is allowed. */
final class UsageMessage {
  private UsageMessage() {}

  static String of(ParameterException misuse) {
    String text = FailureMessage.of(misuse).replaceFirst("^Error: ", "");
    if (!(misuse instanceof UnmatchedArgumentException unmatched)) {
      return text;
    }
    CommandSpec command = misuse.getCommandLine().getCommandSpec();
    String first = unmatched.getUnmatched().get(0);
    if (!command.subcommands().isEmpty() && !first.startsWith("-")) {
      return "'" + first + "' is not a command; the commands are " + commands(command);
    }
    List<String> similar = unmatched.getSuggestions();
    return similar.isEmpty() ? text : text + "; did you mean " + String.join(" or ", similar) + "?";
  }

  /** Returns the names of a command's commands. */
  static String commands(CommandSpec command) {
    return String.join(", ", command.subcommands().keySet());
  }
}
