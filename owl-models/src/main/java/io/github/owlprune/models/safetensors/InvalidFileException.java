package io.github.owlprune.models.safetensors;

import java.io.IOException;

/**
 * Reports a file whose content is malformed, inconsistent or not supported. The message names the
 * file, what is wrong with it, and what to do.
 */
public class InvalidFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, in which file, and what to do
   */
  public InvalidFileException(String message) {
    super(message);
  }
}
