package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;

/** Reads activation functions from {@code config.json}. */
final class Activations {
  private Activations() {}

  /** Returns the activation that a setting names, or {@code defaultValue} if it is missing. */
  static Activation read(Settings settings, String name, Activation defaultValue)
      throws CheckpointException {
    if (!settings.has(name)) {
      return defaultValue;
    }
    return switch (settings.text(name)) {
      case "silu", "swish" -> Activation.SILU;
      case "relu" -> Activation.RELU;
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      default ->
          throw settings.refused(
              name,
              "this release supports silu, swish, relu, gelu, gelu_new, gelu_fast and"
                  + " gelu_pytorch_tanh");
    };
  }
}
