package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.ResidualRecipe;
import java.util.Map;

/**
 * GLM-4-0414: neighbouring dimensions of half of each head rotate in pairs; gate and up in one
 * tensor; norms before and after attention and MLP.
 */
final class Glm4 implements Family {
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 131_072, "head_dim", 128, "num_key_value_heads", 2);

  @Override
  public String modelType() {
    return "glm4";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix, 1.5625e-7, DEFAULTS);
    AttentionShape shape =
        style.shape(
            RopeSettings.partial(s, style.headSize(), "rope_theta", "partial_rotary_factor", 0.5)
                .interleaved());
    boolean bias = s.flag("attention_bias", true);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> block(style, style.block(i), shape, bias));
  }

  private static BlockRecipe block(
      LlamaStyle style, String block, AttentionShape shape, boolean bias) {
    return new BlockRecipe(
        block,
        style.attention(block, shape, bias, false),
        ResidualRecipe.sandwich(
            style.norm(block + ".input_layernorm"),
            style.norm(block + ".post_self_attn_layernorm")),
        style.fusedMlp(block),
        ResidualRecipe.sandwich(
            style.norm(block + ".post_attention_layernorm"),
            style.norm(block + ".post_mlp_layernorm")));
  }
}
