package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.ResidualRecipe;

/**
 * Granite 3 (dense): LLaMA's layout with multipliers of embeddings, attention scores, the outputs
 * of attention and MLP, and logits.
 */
final class Granite implements Family {
  @Override
  public String modelType() {
    return "granite";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    AttentionShape shape =
        style
            .shape(RopeSettings.whole(s, style.headSize()))
            .withScale(s.positive("attention_multiplier", 1));
    double multiplier = s.positive("residual_multiplier", 1);
    boolean attentionBias = s.flag("attention_bias", false);
    boolean mlpBias = s.flag("mlp_bias", false);
    DecoderRecipe recipe =
        style.decoder(
            style.embedding().withScale(s.positive("embedding_multiplier", 1)),
            s.flag("tie_word_embeddings", false),
            i -> {
              String block = style.block(i);
              return new BlockRecipe(
                  block,
                  style.attention(block, shape, attentionBias, attentionBias),
                  residual(style, block + ".input_layernorm", multiplier),
                  style.mlp(block, mlpBias),
                  residual(style, block + ".post_attention_layernorm", multiplier));
            });
    double scale = 1 / s.positive("logits_scaling", 1);
    return recipe.with(recipe.embedding(), recipe.head().withScale(scale));
  }

  private static ResidualRecipe residual(LlamaStyle style, String module, double multiplier) {
    return ResidualRecipe.preNorm(style.norm(module)).withMultiplier(multiplier);
  }
}
