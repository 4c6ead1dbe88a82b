package io.github.owlprune.models.checkpoint;

import io.github.owlprune.models.safetensors.InvalidFileException;

/**
 * Reports a model's folder that is incomplete, inconsistent or not supported, or a folder that
 * cannot be written to. The message names the folder or file, what is wrong, and what to do.
 */
public final class CheckpointException extends InvalidFileException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, where, and what to do
   */
  public CheckpointException(String message) {
    super(message);
  }
}
