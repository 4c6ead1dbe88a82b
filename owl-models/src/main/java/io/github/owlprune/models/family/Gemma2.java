package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import io.github.owlprune.models.decoder.SoftCap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Gemma 2 (arXiv 2408.00118): every second block has a sliding window; norms before and after
 * attention and MLP; scaled embeddings; soft caps of attention scores and logits.
 */
final class Gemma2 implements Family {
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 8192, "head_dim", 256, "num_key_value_heads", 4);

  @Override
  public String modelType() {
    return "gemma2";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.requireFalse("use_bidirectional_attention", "this release supports only causal models");
    s.harmless("cache_implementation", "hidden_act"); // hidden_activation decides
    double epsilon = s.positive("rms_norm_eps", 1e-6);
    LlamaStyle style =
        LlamaStyle.read(
            s,
            prefix,
            Activations.read(s, "hidden_activation", Activation.GELU_TANH),
            m -> NormRecipe.rmsPlusOne(m, epsilon),
            DEFAULTS);
    SoftCaps caps = SoftCaps.read(s, new SoftCap(50), new SoftCap(30));
    AttentionShape global =
        caps.on(style.shape(RopeSettings.whole(s, style.headSize())))
            .withScale(1 / Math.sqrt(s.positive("query_pre_attn_scalar", 256)));
    AttentionShape local = global.withWindow(LayerTypes.window(s, 4096));
    IntPredicate sliding = LayerTypes.sliding(s, style.blocks(), i -> i % 2 == 0);
    boolean bias = s.flag("attention_bias", false);
    return caps.on(
        style.decoder(
            style.embedding().withScale(Math.sqrt(style.width())),
            s.flag("tie_word_embeddings", true),
            i -> {
              String block = style.block(i);
              return style.sandwiched(
                  block,
                  style.attention(block, sliding.test(i) ? local : global, bias, bias),
                  style.mlp(block, false));
            }));
  }
}
