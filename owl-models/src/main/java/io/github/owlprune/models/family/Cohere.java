package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;

/** Command R and R+, Aya 23: neighbouring dimensions rotate in pairs; optional query-key norms. */
final class Cohere implements Family {
  private static final double THETA = 500_000;

  @Override
  public String modelType() {
    return "cohere";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless("model_max_length"); // of the tokenizer
    LlamaStyle style = CohereStyle.read(s, prefix);
    AttentionShape shape =
        style.shape(RopeSettings.whole(s, style.headSize(), THETA).interleaved());
    return CohereStyle.decoder(s, style, i -> shape, s.flag("use_qk_norm", false));
  }
}
