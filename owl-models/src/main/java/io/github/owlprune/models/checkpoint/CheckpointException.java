package io.github.owlprune.models.checkpoint;

import java.io.IOException;

/**
 * A model's folder or one of its files is not as it must be; the message names it and what to do.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong, where, and what to do
   */
  public CheckpointException(String message) {
    super(message);
  }
}
