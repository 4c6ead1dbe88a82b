package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.HeadNormRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What Command R's generations share: attention and MLP in parallel on one layer norm without bias,
 * and scaled logits.
 */
final class CohereStyle {
  private CohereStyle() {}

  /** Reads the sizes and norms. */
  static LlamaStyle read(Settings s, String prefix) throws CheckpointException {
    double epsilon = s.positive("layer_norm_eps", 1e-5);
    return LlamaStyle.read(
        s,
        prefix,
        Activations.read(s, "hidden_act", Activation.SILU),
        m -> NormRecipe.layerWithoutBias(m, epsilon),
        Map.of("max_position_embeddings", 8192));
  }

  /** Returns the decoder with the attention shape of each block. */
  static DecoderRecipe decoder(
      Settings s, LlamaStyle style, IntFunction<AttentionShape> shapes, boolean normed)
      throws CheckpointException {
    boolean bias = s.flag("attention_bias", false);
    DecoderRecipe recipe =
        style.decoder(
            style.embedding(),
            s.flag("tie_word_embeddings", true),
            i -> {
              String block = style.block(i);
              AttentionRecipe attention = style.attention(block, shapes.apply(i), bias, bias);
              return style.parallel(
                  block,
                  normed ? withNorms(style, block, attention) : attention,
                  style.mlp(block, false, "attention"));
            });
    double scale = s.positive("logit_scale", 0.0625);
    return recipe.with(recipe.embedding(), recipe.head().withScale(scale));
  }

  private static AttentionRecipe withNorms(
      LlamaStyle style, String block, AttentionRecipe attention) {
    return attention.withNorms(
        rows(style.norm(block + ".self_attn.q_norm")),
        rows(style.norm(block + ".self_attn.k_norm")));
  }

  private static HeadNormRecipe rows(NormRecipe norm) {
    return HeadNormRecipe.of(HeadNormRecipe.Layout.ROWS, norm);
  }
}
