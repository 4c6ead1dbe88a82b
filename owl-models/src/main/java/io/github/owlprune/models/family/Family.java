package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
   * it, and those of multimodal models add another.
   *
   * @return such as {@code model.}
   */
  String prefix();

  /**
   * Creates the recipe of a configuration.
   *
   * @param settings the configuration; every setting must be read or declared harmless
   * @param prefix the prefix of tensor names in this checkpoint: {@link #prefix}, another of {@link
   *     TensorNames}, or empty
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
          new Gemma(),
          new Gemma2(),
          new Gemma3(),
          new Multimodal("gemma3", new Gemma3()),
          new Olmo2(),
          new Granite(),
          new SmolLm3(),
          new Glm4(),
          new Cohere(),
          new Cohere2(),
          new StableLm(),
          new Starcoder2(),
          new Ministral(),
          new Ministral3(),
          new Multimodal("mistral3", new Mistral(), new Ministral(), new Ministral3()),
          new Phi(),
          new Phi3(),
          new Falcon(),
          new Bloom(),
          new Opt(),
          new GptNeoX(),
          new Gpt2(),
          new Mixtral(),
          new Qwen2Moe(),
          new Qwen3Moe(),
          new Olmoe());

  /**
   * Creates the recipe of a checkpoint, and checks that it contains the recipe's tensors. An output
   * head may be missing.
   *
   * @param checkpoint the model's folder
   * @param ignored unknown settings to ignore, by name
   * @return the recipe, and what a person should know about it
   * @throws CheckpointException if the family, a setting or a needed tensor is not supported; the
   *     message names it
   * @throws IOException if a tensor that is present twice cannot be read
   */
  static CheckpointRecipe read(Checkpoint checkpoint, Set<String> ignored) throws IOException {
    Path file = checkpoint.folder().resolve("config.json");
    Settings settings = new Settings(file, checkpoint.config(), ignored);
    Family family = of(settings);
    String prefix = TensorNames.prefix(family, settings, checkpoint::hasTensors);
    DecoderRecipe configured =
        StackedExperts.read(recipe(family, settings, prefix), checkpoint::hasTensors);
    CheckpointRecipe chosen = StoredHead.choose(configured, TensorNames.heads(prefix), checkpoint);
    chosen.recipe().requireIn(checkpoint);
    TensorNames.requireUnambiguous(family, prefix, chosen.recipe(), checkpoint);
    return chosen.withRemarks(settings.remarks());
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
    Family family = of(settings);
    return recipe(family, settings, TensorNames.prefix(family, settings, hasTensors));
  }

  private static DecoderRecipe recipe(Family family, Settings settings, String prefix)
      throws CheckpointException {
    DecoderRecipe recipe = family.recipe(settings, prefix);
    settings.requireAllRead();
    return recipe;
  }

  private static Family of(Settings settings) throws CheckpointException {
    String type = settings.text("model_type");
    for (Family family : ALL) {
      if (family.modelType().equals(type)) {
        return family;
      }
    }
    throw settings.refused(
        "model_type",
        Unsupported.reason(type)
            + "this release reads "
            + ALL.stream().map(Family::modelType).toList());
  }
}
