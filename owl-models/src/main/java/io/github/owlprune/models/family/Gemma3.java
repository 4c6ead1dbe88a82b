package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import io.github.owlprune.models.decoder.ResidualRecipe;
import io.github.owlprune.models.decoder.Rotary;
import java.util.function.IntPredicate;

/**
 * Gemma 3, text only (arXiv 2503.19786): local and global blocks with different rotary frequencies;
 * norms before and after attention and MLP, and of each query and key head; scaled embeddings.
 */
final class Gemma3 implements Family {
  private static final double GLOBAL_THETA = 1_000_000;
  private static final double LOCAL_THETA = 10_000;

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    for (String unknown : new String[] {"attn_logit_softcapping", "final_logit_softcapping"}) {
      if (s.has(unknown)) {
        throw s.refused(
            unknown,
            "Gemma 3 does not use it, and this release does not support it; set it to null");
      }
    }
    s.requireFalse("use_bidirectional_attention", "this release supports only causal models");
    s.harmless("cache_implementation");
    Activation activation = Activations.read(s, "hidden_activation", Activation.GELU_TANH);
    LlamaStyle style = LlamaStyle.read(s, prefix, activation, NormRecipe.Kind.RMS_PLUS_ONE);
    Rotary[] rotaries = rotaries(s, style.headSize());
    double scale = 1 / Math.sqrt(s.positive("query_pre_attn_scalar", 256));
    AttentionShape global = style.shape(rotaries[0]).withScale(scale);
    AttentionShape local =
        style.shape(rotaries[1]).withScale(scale).withWindow(s.count("sliding_window", 4096));
    IntPredicate sliding = sliding(s, style.blocks());
    boolean bias = s.flag("attention_bias", false);
    return style.decoder(
        style.embedding().withScale(Math.sqrt(style.width())),
        s.flag("tie_word_embeddings", true),
        i -> block(style, style.block(i), sliding.test(i) ? local : global, bias));
  }

  private static BlockRecipe block(
      LlamaStyle style, String block, AttentionShape shape, boolean bias) {
    return new BlockRecipe(
        block,
        style
            .attention(block, shape, bias, bias)
            .withNorms(
                style.norm(block + ".self_attn.q_norm"), style.norm(block + ".self_attn.k_norm")),
        ResidualRecipe.sandwich(
            style.norm(block + ".input_layernorm"),
            style.norm(block + ".post_attention_layernorm")),
        style.mlp(block, false),
        ResidualRecipe.sandwich(
            style.norm(block + ".pre_feedforward_layernorm"),
            style.norm(block + ".post_feedforward_layernorm")));
  }

  /**
   * Returns the rotary embeddings of global and of local blocks, in the spelling of either version
   * of transformers.
   */
  private static Rotary[] rotaries(Settings s, int headSize) throws CheckpointException {
    if (s.has("rope_parameters")) {
      Settings both = s.group("rope_parameters");
      Rotary[] rotaries = {
        RopeSettings.of(s, both.group("full_attention"), GLOBAL_THETA, headSize, headSize),
        RopeSettings.of(s, both.group("sliding_attention"), LOCAL_THETA, headSize, headSize)
      };
      both.requireAllRead();
      return rotaries;
    }
    double global = s.positive("rope_theta", GLOBAL_THETA);
    double local = s.positive("rope_local_base_freq", LOCAL_THETA);
    return new Rotary[] {
      RopeSettings.of(s, s.firstGroup("rope_scaling"), global, headSize, headSize),
      RopeSettings.plain(local, headSize)
    };
  }

  /**
   * Returns which blocks have a sliding window: all except every sixth, unless configured
   * otherwise.
   */
  private static IntPredicate sliding(Settings s, int blocks) throws CheckpointException {
    int pattern = s.count("sliding_window_pattern", 6);
    s.harmless("_sliding_window_pattern"); // layer_types is derived from it
    return LayerTypes.sliding(s, blocks, i -> (i + 1) % pattern != 0);
  }
}
