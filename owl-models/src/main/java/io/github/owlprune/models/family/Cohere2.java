package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.Rotary;
import java.util.function.IntPredicate;

/**
 * Command R7B and Command A: three of four blocks have a sliding window and rotary positions; the
 * others see all tokens and have no positions.
 */
final class Cohere2 implements Family {
  @Override
  public String modelType() {
    return "cohere2";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.requireFalse("use_qk_norm", "this release supports no query and key norms for cohere2");
    // Published configurations describe the architecture, which no setting changes.
    s.harmless(
        "cache_implementation",
        "layer_switch",
        "order_of_interleaved_layers",
        "position_embedding_type",
        "rotary_pct",
        "use_embedding_sharing",
        "use_gated_activation",
        "use_parallel_block",
        "use_parallel_embedding",
        "_sliding_window_pattern"); // layer_types is derived from it
    LlamaStyle style = CohereStyle.read(s, prefix);
    int pattern = s.count("sliding_window_pattern", 4);
    IntPredicate sliding = LayerTypes.sliding(s, style.blocks(), i -> (i + 1) % pattern != 0);
    int window = LayerTypes.window(s, 4096);
    AttentionShape global = style.shape(Rotary.none(style.headSize()));
    AttentionShape rotated = style.shape(RopeSettings.whole(s, style.headSize()).interleaved());
    // Without a window, no block has positions.
    AttentionShape local = window == AttentionShape.NO_WINDOW ? global : rotated.withWindow(window);
    return CohereStyle.decoder(s, style, i -> sliding.test(i) ? local : global, false);
  }
}
