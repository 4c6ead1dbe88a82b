package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;

/**
 * Mistral 7B (arXiv 2310.06825): LLaMA's layout with one sliding window for all blocks, or none.
 */
final class Mistral implements Family {
  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    AttentionShape shape =
        style.shape(RopeSettings.whole(s, style.headSize())).withWindow(LayerTypes.window(s, 4096));
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
