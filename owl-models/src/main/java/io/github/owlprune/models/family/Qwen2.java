package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.function.IntFunction;

/** Qwen 2 and 2.5 (arXiv 2407.10671): LLaMA's layout with biases of queries, keys and values. */
final class Qwen2 implements Family {
  @Override
  public String modelType() {
    return "qwen2";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    s.requireFalse("use_mrope", "this release supports only text positions");
    IntFunction<AttentionShape> shapes =
        QwenWindow.shapes(s, style.blocks(), style.shape(RopeSettings.whole(s, style.headSize())));
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block, style.attention(block, shapes.apply(i), true, false), style.mlp(block, false));
        });
  }
}
