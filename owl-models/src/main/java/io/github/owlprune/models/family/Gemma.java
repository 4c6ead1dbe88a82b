package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import java.util.Map;

/** Gemma (arXiv 2403.08295): LLaMA's layout with scaled embeddings and norms of 1 + weight. */
final class Gemma implements Family {
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 8192, "head_dim", 256, "num_key_value_heads", 16);

  @Override
  public String modelType() {
    return "gemma";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.requireFalse("use_bidirectional_attention", "this release supports only causal models");
    double epsilon = s.positive("rms_norm_eps", 1e-6);
    LlamaStyle style =
        LlamaStyle.read(s, prefix, activation(s), m -> NormRecipe.rmsPlusOne(m, epsilon), DEFAULTS);
    AttentionShape shape = style.shape(RopeSettings.whole(s, style.headSize()));
    boolean bias = s.flag("attention_bias", false);
    return style.decoder(
        style.embedding().withScale(Math.sqrt(style.width())),
        s.flag("tie_word_embeddings", true),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block, style.attention(block, shape, bias, bias), style.mlp(block, false));
        });
  }

  /**
   * Returns the activation. The first published checkpoints say {@code gelu}, but were trained with
   * its approximation, which {@code hidden_activation} then names.
   */
  private static Activation activation(Settings s) throws CheckpointException {
    Activation older = approximate(Activations.read(s, "hidden_act", Activation.GELU_TANH));
    Activation newer = approximate(Activations.read(s, "hidden_activation", older));
    if (newer != older && s.has("hidden_act")) {
      throw s.refused(
          "hidden_activation",
          "hidden_act is another one; keep the one that belongs to the weights and remove the"
              + " other");
    }
    return newer;
  }

  private static Activation approximate(Activation activation) {
    return activation == Activation.GELU ? Activation.GELU_TANH : activation;
  }
}
