package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.HeadNormRecipe;
import io.github.owlprune.models.decoder.ResidualRecipe;
import java.util.Map;

/**
 * OLMo 2 (arXiv 2501.00656): LLaMA's linears with norms of attention's and MLP's outputs instead of
 * their inputs, and of all queries and all keys of a token.
 */
final class Olmo2 implements Family {
  @Override
  public String modelType() {
    return "olmo2";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix, 1e-5, Map.of());
    AttentionShape shape = style.shape(RopeSettings.whole(s, style.headSize()));
    boolean bias = s.flag("attention_bias", false);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> block(style, style.block(i), shape, bias));
  }

  private static BlockRecipe block(
      LlamaStyle style, String block, AttentionShape shape, boolean bias) {
    return new BlockRecipe(
        block,
        style
            .attention(block, shape, bias, bias)
            .withNorms(
                wholeNorm(style, block + ".self_attn.q_norm"),
                wholeNorm(style, block + ".self_attn.k_norm")),
        ResidualRecipe.outputNorm(style.norm(block + ".post_attention_layernorm")),
        style.mlp(block, false),
        ResidualRecipe.outputNorm(style.norm(block + ".post_feedforward_layernorm")));
  }

  private static HeadNormRecipe wholeNorm(LlamaStyle style, String module) {
    return HeadNormRecipe.of(HeadNormRecipe.Layout.WHOLE, style.norm(module));
  }
}
