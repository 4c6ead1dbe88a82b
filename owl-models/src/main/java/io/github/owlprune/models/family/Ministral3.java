package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.QueryScale;
import io.github.owlprune.models.decoder.Rotary;
import java.util.Map;

/** Ministral 3 and Devstral 2: Mistral's layout with queries that grow beyond the first context. */
final class Ministral3 implements Family {
  private static final String ROPE = "rope_parameters";
  private static final String BETA = "llama_4_scaling_beta";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 262_144, "head_dim", 128, "num_key_value_heads", 8);

  @Override
  public String modelType() {
    return "ministral3";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix, 1e-5, DEFAULTS);
    Settings growth = s.group(ROPE);
    QueryScale queryScale = new QueryScale(growth.fromZero(BETA), growth.count(ORIGINAL));
    Rotary rotary =
        RopeSettings.either(
            s,
            rope -> {
              rope.harmless(BETA, ORIGINAL, "max_position_embeddings");
              int size = style.headSize();
              return RopeSettings.of(s, rope, "rope_theta", 10_000, size, size);
            });
    AttentionShape shape =
        style
            .shape(rotary)
            .withWindow(LayerTypes.window(s, AttentionShape.NO_WINDOW))
            .withQueryScale(queryScale);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block, style.attention(block, shape, false, false), style.mlp(block, false));
        });
  }
}
