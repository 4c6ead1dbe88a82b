package io.github.owlprune.cli;

import io.github.owlprune.models.CausalLm;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The length of the sequences that are cut from text. */
final class Length {
  /** The papers' length. */
  private static final int USUAL = 2048;

  private Length() {}

  /**
   * Returns the length that was asked for, or else the usual one within the model's context.
   *
   * @param asked the value of {@code --length}, null if it was not given
   * @param command the command, for the error
   * @throws ParameterException if it exceeds the context
   */
  static int of(@Nullable Integer asked, CausalLm model, CommandLine command) {
    if (asked == null) {
      return Math.min(USUAL, model.context());
    }
    if (asked > model.context()) {
      throw new ParameterException(
          command,
          "--length "
              + asked
              + " was given, but the model's context is "
              + model.context()
              + " tokens; give at most that, or omit --length");
    }
    return asked;
  }
}
