package io.github.owlprune.runtime;

import java.time.Duration;
import java.util.List;

/**
 * What a model generated.
 *
 * @param text the text after the prompt, without the stop string or token
 * @param tokens the ids of the generated tokens, without the one that ended the answer
 * @param end why it ended
 * @param promptTokens the length of the prompt in tokens
 * @param reusedTokens how many of them were computed for an earlier answer of the same session
 * @param prefillTime the time from the start to the first token's logits
 * @param decodeTime the time after that
 */
public record Answer(
    String text,
    List<Integer> tokens,
    EndReason end,
    int promptTokens,
    int reusedTokens,
    Duration prefillTime,
    Duration decodeTime) {
  /**
   * Copies the list.
   *
   * @param text the text after the prompt, without the stop string or token
   * @param tokens the ids of the generated tokens, without the one that ended the answer
   * @param end why it ended
   * @param promptTokens the length of the prompt in tokens
   * @param reusedTokens how many of them were computed for an earlier answer of the same session
   * @param prefillTime the time from the start to the first token's logits
   * @param decodeTime the time after that
   */
  public Answer {
    tokens = List.copyOf(tokens);
  }

  /**
   * Returns the speed at which the prompt was read.
   *
   * @return tokens per second, without reused ones
   */
  public double prefillSpeed() {
    return (promptTokens - reusedTokens) / seconds(prefillTime);
  }

  /**
   * Returns the speed at which tokens were generated after the first.
   *
   * @return tokens per second; 0 for an answer of less than two tokens
   */
  public double decodeSpeed() {
    return tokens.size() < 2 ? 0 : (tokens.size() - 1) / seconds(decodeTime);
  }

  private static double seconds(Duration time) {
    return Math.max(1, time.toNanos()) / 1e9;
  }
}
