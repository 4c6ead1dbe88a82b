package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;

/** LLaMA 1 to 3 and models with the same layout, such as Vicuna, TinyLlama and SmolLM. */
final class Llama implements Family {
  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    s.requireFalse(
        "rope_interleaved",
        "this release supports only the layout that rotates the two halves of a head");
    AttentionShape shape = style.shape(RopeSettings.whole(s, style.headSize()));
    boolean attentionBias = s.flag("attention_bias", false);
    boolean mlpBias = s.flag("mlp_bias", false);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style.attention(block, shape, attentionBias, attentionBias),
              style.mlp(block, mlpBias));
        });
  }
}
