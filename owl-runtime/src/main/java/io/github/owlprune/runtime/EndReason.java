package io.github.owlprune.runtime;

/** Why an answer ended. */
public enum EndReason {
  /** The model chose a token that ends its turn, or one of {@link Sampling#stopTokens}. */
  END_TOKEN,
  /** The answer reached one of {@link Sampling#stopStrings}. */
  STOP_STRING,
  /** The answer has {@link Sampling#maxTokens} tokens. */
  MAX_TOKENS,
  /** Prompt and answer together fill the model's context. */
  CONTEXT_FULL,
  /** The thread was interrupted; it stays interrupted. */
  INTERRUPTED
}
