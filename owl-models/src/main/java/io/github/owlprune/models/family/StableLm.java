package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.HeadNormRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import java.util.Map;

/**
 * StableLM 2 (arXiv 2402.17834): LLaMA's linears with layer norms and partially rotated heads;
 * optionally attention and MLP in parallel, and a norm for each query and key head.
 */
final class StableLm implements Family {
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 4096, "num_key_value_heads", 32);

  /** The most heads with norms of their own: tensors are listed before any of them is checked. */
  private static final int MOST_NORMS = 1024;

  @Override
  public String modelType() {
    return "stablelm";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless("hidden_dropout");
    double epsilon = s.positive("layer_norm_eps", 1e-5);
    LlamaStyle style =
        LlamaStyle.read(
            s,
            prefix,
            Activations.read(s, "hidden_act", Activation.SILU),
            m -> NormRecipe.layer(m, epsilon),
            DEFAULTS);
    AttentionShape shape =
        style.shape(
            RopeSettings.partial(s, style.headSize(), "rope_theta", "partial_rotary_factor", 0.25));
    boolean bias = s.flag("use_qkv_bias", false);
    boolean normed = s.flag("qk_layernorm", false);
    if (normed && style.heads() > MOST_NORMS) {
      throw s.refused("num_attention_heads", "with qk_layernorm, it must be at most " + MOST_NORMS);
    }
    boolean parallel = s.flag("use_parallel_residual", false);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          AttentionRecipe plain = style.attention(block, shape, bias, false);
          AttentionRecipe attention = normed ? withNorms(plain, block, epsilon) : plain;
          return parallel
              ? style.parallel(block, attention, style.mlp(block, false, "attention"))
              : style.preNormed(block, attention, style.mlp(block, false));
        });
  }

  private static AttentionRecipe withNorms(
      AttentionRecipe attention, String block, double epsilon) {
    return attention.withNorms(
        norms(block + ".self_attn.q_layernorm.norms.", epsilon),
        norms(block + ".self_attn.k_layernorm.norms.", epsilon));
  }

  private static HeadNormRecipe norms(String modules, double epsilon) {
    return HeadNormRecipe.each(head -> NormRecipe.layerWithoutBias(modules + head, epsilon));
  }
}
