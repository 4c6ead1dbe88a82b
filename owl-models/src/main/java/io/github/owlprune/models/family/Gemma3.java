package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import io.github.owlprune.models.decoder.Rotary;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Gemma 3, text only (arXiv 2503.19786): local and global blocks with different rotary frequencies;
 * norms before and after attention and MLP, and of each query and key head; scaled embeddings.
 */
final class Gemma3 implements Family {
  private static final double GLOBAL_THETA = 1_000_000;
  private static final double LOCAL_THETA = 10_000;

  /** What the configurations of published multimodal checkpoints leave out. */
  private static final Map<String, Integer> DEFAULTS =
      Map.of(
          "vocab_size", 262_208,
          "hidden_size", 2304,
          "intermediate_size", 9216,
          "num_hidden_layers", 26,
          "num_attention_heads", 8,
          "num_key_value_heads", 4,
          "head_dim", 256,
          "max_position_embeddings", 131_072);

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
    s.requireFalse("use_bidirectional_attention", "this release supports only causal models");
    s.harmless("cache_implementation");
    double epsilon = s.positive("rms_norm_eps", 1e-6);
    LlamaStyle style =
        LlamaStyle.read(
            s,
            prefix,
            Activations.read(s, "hidden_activation", Activation.GELU_TANH),
            m -> NormRecipe.rmsPlusOne(m, epsilon),
            DEFAULTS);
    SoftCaps caps = SoftCaps.read(s, null, null);
    Rotary[] rotaries = rotaries(s, style.headSize());
    double scale = 1 / Math.sqrt(s.positive("query_pre_attn_scalar", 256));
    AttentionShape global = caps.on(style.shape(rotaries[0])).withScale(scale);
    AttentionShape local =
        caps.on(style.shape(rotaries[1]))
            .withScale(scale)
            .withWindow(s.count("sliding_window", 4096));
    IntPredicate sliding = sliding(s, style.blocks());
    boolean bias = s.flag("attention_bias", false);
    return caps.on(
        style.decoder(
            style.embedding().withScale(Math.sqrt(style.width())),
            s.flag("tie_word_embeddings", true),
            i -> block(style, style.block(i), sliding.test(i) ? local : global, bias)));
  }

  private static BlockRecipe block(
      LlamaStyle style, String block, AttentionShape shape, boolean bias) {
    return style.sandwiched(
        block,
        style
            .attention(block, shape, bias, bias)
            .withNorms(
                style.norm(block + ".self_attn.q_norm"), style.norm(block + ".self_attn.k_norm")),
        style.mlp(block, false));
  }

  /**
   * Returns the rotary embeddings of global and of local blocks, in the spelling of either version
   * of transformers, or in both if they agree.
   */
  private static Rotary[] rotaries(Settings s, int headSize) throws CheckpointException {
    RopeSettings.Reader global =
        rope -> RopeSettings.of(s, rope, "rope_theta", GLOBAL_THETA, headSize, headSize);
    RopeSettings.Reader local =
        rope -> RopeSettings.of(s, rope, "rope_local_base_freq", LOCAL_THETA, headSize, headSize);
    if (s.has("rope_parameters")) {
      Settings both = s.group("rope_parameters");
      Rotary[] rotaries = {
        global.read(both.group("full_attention")), local.read(both.group("sliding_attention"))
      };
      both.requireAllRead();
      RopeSettings.requireSame(s, rotaries[0], global);
      return rotaries;
    }
    double localTheta = s.positive("rope_local_base_freq", LOCAL_THETA);
    return new Rotary[] {
      global.read(s.firstGroup("rope_scaling")), RopeSettings.plain(localTheta, headSize)
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
