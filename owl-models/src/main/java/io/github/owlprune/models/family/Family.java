package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Reads the configuration of one family of models. */
public interface Family {
  /**
   * What {@code model_type} says in the family's {@code config.json}.
   *
   * @return such as {@code llama}
   */
  String modelType();

  /**
   * What the names of all tensors but an untied head's begin with. Some checkpoints leave it out.
   *
   * @return such as {@code model.}
   */
  String prefix();

  /**
   * Makes the recipe.
   *
   * @param settings the configuration; every setting must be read or known to be harmless
   * @param prefix what the names of tensors begin with in this checkpoint: {@link #prefix}, or
   *     nothing
   * @return sizes, parts and tensor names
   * @throws CheckpointException if a setting is missing, senseless or unknown, naming it
   */
  DecoderRecipe recipe(Settings settings, String prefix) throws CheckpointException;

  /** The families this release knows. */
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
   * Finds the checkpoint's family and reads its configuration.
   *
   * @param checkpoint the model's folder
   * @return sizes, parts and tensor names
   * @throws CheckpointException if the family or a setting is unknown, naming it
   */
  static DecoderRecipe recipe(Checkpoint checkpoint) throws CheckpointException {
    Path file = checkpoint.folder().resolve("config.json");
    return recipe(new Settings(file, checkpoint.config()), checkpoint::hasTensors);
  }

  /**
   * Finds the family of a configuration and reads it.
   *
   * @param settings the configuration, of which nothing was read yet
   * @param hasTensors whether the names of any tensors begin so
   * @return sizes, parts and tensor names
   * @throws CheckpointException if the family or a setting is unknown, naming it
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
