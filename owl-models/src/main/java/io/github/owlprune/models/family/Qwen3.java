package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.function.IntFunction;

/** Qwen 3 (arXiv 2505.09388): LLaMA's layout with norms of each query and key head. */
final class Qwen3 implements Family {
  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    IntFunction<AttentionShape> shapes =
        QwenWindow.shapes(s, style.blocks(), style.shape(RopeSettings.whole(s, style.headSize())));
    boolean bias = s.flag("attention_bias", false);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style
                  .attention(block, shapes.apply(i), bias, bias)
                  .withNorms(
                      style.norm(block + ".self_attn.q_norm"),
                      style.norm(block + ".self_attn.k_norm")),
              style.mlp(block, false));
        });
  }
}
