package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.Map;
import java.util.function.IntPredicate;

/** Ministral 8B: Mistral's layout with a sliding window in some of the blocks. */
final class Ministral implements Family {
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 131_072, "num_key_value_heads", 8);

  @Override
  public String modelType() {
    return "ministral";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix, 1e-6, DEFAULTS);
    AttentionShape global = style.shape(RopeSettings.whole(s, style.headSize()));
    AttentionShape local = global.withWindow(LayerTypes.window(s, 4096));
    IntPredicate sliding = LayerTypes.sliding(s, style.blocks(), i -> true);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style.attention(block, sliding.test(i) ? local : global, false, false),
              style.mlp(block, false));
        });
  }
}
