package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.List;

/**
 * The language model of a multimodal checkpoint, whose settings are in {@code text_config}. All
 * other tensors stay as they are.
 */
final class Multimodal implements Family {
  private static final String TEXT = "language_model.";

  private final String modelType;
  private final List<Family> texts;

  /**
   * Creates the family.
   *
   * @param modelType the {@code model_type} of the whole model
   * @param texts the families that its language model may have, the default first
   */
  Multimodal(String modelType, Family... texts) {
    this.modelType = modelType;
    this.texts = List.of(texts);
  }

  @Override
  public String modelType() {
    return modelType;
  }

  @Override
  public String prefix() {
    return texts.get(0).prefix();
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless(
        "boi_token_index",
        "eoi_token_index",
        "image_token_id",
        "image_token_index",
        "mm_tokens_per_image",
        "multimodal_projector_bias",
        "projector_hidden_act",
        "spatial_merge_size",
        "vision_config",
        "vision_feature_layer");
    Settings text = s.group("text_config");
    DecoderRecipe recipe = text(text).recipe(text, prefix);
    text.requireAllRead();
    // The whole model's setting decides, whatever text_config says.
    boolean tied = s.flag("tie_word_embeddings", true);
    String own = prefix.startsWith(TEXT) ? TEXT + "lm_head.weight" : "lm_head.weight";
    String head = tied ? recipe.embedding().tensor() : own;
    return recipe.with(recipe.embedding(), recipe.head().withWeight(head));
  }

  private Family text(Settings text) throws CheckpointException {
    String type = text.text("model_type", texts.get(0).modelType());
    for (Family family : texts) {
      if (family.modelType().equals(type)) {
        return family;
      }
    }
    throw text.refused(
        "model_type",
        "the language model of a "
            + modelType
            + " may be "
            + texts.stream().map(Family::modelType).toList());
  }
}
