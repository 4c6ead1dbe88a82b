package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.Rotary;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** SmolLM 3: LLaMA's layout, with every fourth block without rotary positions. */
final class SmolLm3 implements Family {
  private static final double THETA = 2_000_000;
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 32_768, "num_key_value_heads", 4);

  @Override
  public String modelType() {
    return "smollm3";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless("max_window_layers"); // in published configurations; no model reads it
    LlamaStyle style = LlamaStyle.read(s, prefix, 1e-6, DEFAULTS);
    IntFunction<AttentionShape> shapes = shapes(s, style);
    boolean attentionBias = s.flag("attention_bias", false);
    boolean mlpBias = s.flag("mlp_bias", false);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", true),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style.attention(block, shapes.apply(i), attentionBias, attentionBias),
              style.mlp(block, mlpBias));
        });
  }

  private static IntFunction<AttentionShape> shapes(Settings s, LlamaStyle style)
      throws CheckpointException {
    IntPredicate rotated = rotated(s, style.blocks());
    int window = LayerTypes.window(s, AttentionShape.NO_WINDOW);
    boolean slides = s.flag("use_sliding_window", false) && window != AttentionShape.NO_WINDOW;
    IntPredicate sliding = LayerTypes.sliding(s, style.blocks(), i -> slides && !rotated.test(i));
    AttentionShape rotary =
        style.shape(RopeSettings.whole(s, style.headSize(), THETA)); // shared by all blocks
    AttentionShape plain = style.shape(Rotary.none(style.headSize()));
    return i -> {
      AttentionShape shape = rotated.test(i) ? rotary : plain;
      return sliding.test(i) ? shape.withWindow(window) : shape;
    };
  }

  /** Returns which blocks rotate queries and keys. */
  private static IntPredicate rotated(Settings s, int blocks) throws CheckpointException {
    int interval = s.count("no_rope_layer_interval", 4);
    if (!s.has("no_rope_layers")) {
      return i -> (i + 1) % interval != 0;
    }
    boolean[] listed = s.bits("no_rope_layers", blocks); // 1 for a block with positions
    return i -> listed[i];
  }
}
