package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Translates the configuration of one model family into a {@link DecoderRecipe}. */
public interface Family {
  /**
   * Returns the {@code model_type} in the family's {@code config.json}.
   *
   * @return such as {@code llama}
   */
  String modelType();

  /**
   * Returns the common prefix of all tensor names except an untied head's. Some checkpoints omit
   * it.
   *
   * @return such as {@code model.}
   */
  String prefix();

  /**
   * Creates the recipe of a configuration.
   *
   * @param settings the configuration; every setting must be read or declared harmless
   * @param prefix the prefix of tensor names in this checkpoint: {@link #prefix} or empty
   * @return sizes, parts and tensor names
   * @throws CheckpointException if a setting is missing, invalid or not supported; the message
   *     names it
   */
  DecoderRecipe recipe(Settings settings, String prefix) throws CheckpointException;

  /** The families that this release supports. */
  List<Family> ALL =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gemma3(),
          new Opt(),
          new Phi3(),
          new GptNeoX(),
          new Gpt2());

  /**
   * Creates the recipe of a checkpoint.
   *
   * @param checkpoint the model's folder
   * @return sizes, parts and tensor names
   * @throws CheckpointException if the family or a setting is not supported; the message names it
   */
  static DecoderRecipe recipe(Checkpoint checkpoint) throws CheckpointException {
    Path file = checkpoint.folder().resolve("config.json");
    return recipe(new Settings(file, checkpoint.config()), checkpoint::hasTensors);
  }

  /**
   * Creates the recipe of a configuration of any supported family.
   *
   * @param settings the configuration, of which no setting has been read yet
   * @param hasTensors returns whether any tensor's name starts with a prefix
   * @return sizes, parts and tensor names
   * @throws CheckpointException if the family or a setting is not supported; the message names it
   */
  static DecoderRecipe recipe(Settings settings, Predicate<String> hasTensors)
      throws CheckpointException {
    String type = settings.text("model_type");
    for (Family family : ALL) {
      if (family.modelType().equals(type)) {
        String prefix = hasTensors.test(family.prefix()) ? family.prefix() : "";
        DecoderRecipe recipe = family.recipe(settings, prefix);
        settings.requireAllRead();
        return recipe;
      }
    }
    throw settings.refused(
        "model_type", "this release reads " + ALL.stream().map(Family::modelType).toList());
  }
}
