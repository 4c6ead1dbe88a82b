package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.Map;

/** Mixtral (arXiv 2401.04088): Mistral's layout with a mixture of experts in every block. */
final class Mixtral implements Family {
  private static final double THETA = 1e6;

  @Override
  public String modelType() {
    return "mixtral";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix, 1e-5, Map.of());
    int window = s.count("sliding_window", AttentionShape.NO_WINDOW);
    AttentionShape shape =
        style.shape(RopeSettings.whole(s, style.headSize(), THETA)).withWindow(window);
    ExpertSettings experts = ExpertSettings.read(s, style, 8, 2, style.mlp(), true);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style.attention(block, shape, false, false),
              experts.mixture(block, "block_sparse_moe", "w1", "w3", "w2", null));
        });
  }
}
