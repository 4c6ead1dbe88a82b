package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.TensorShape;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the prefix of a checkpoint's tensor names. A causal model's names begin with the family's
 * prefix, such as {@code model.}; a base model's often lack it; a multimodal model's have {@code
 * language_model.} before or after it.
 */
final class TensorNames {
  private static final String TEXT_PART = "language_model.";
  private static final String HEAD = "lm_head.weight";
  private static final String HEAD_OF_NEOX = "embed_out.weight";

  private TensorNames() {}

  /** Returns the prefixes that a family's tensors may have, the family's own first. */
  private static Set<String> prefixes(Family family) {
    String own = family.prefix();
    return new LinkedHashSet<>(List.of(own, TEXT_PART + own, own + TEXT_PART, TEXT_PART, ""));
  }

  /**
   * Returns the first prefix with which the embedding or the first block is in the checkpoint; the
   * family's own if there is none.
   */
  static String prefix(Family family, Settings settings, Predicate<String> hasTensors)
      throws CheckpointException {
    for (String prefix : prefixes(family)) {
      DecoderRecipe recipe = family.recipe(settings, prefix);
      if (hasTensors.test(recipe.embedding().tensor())
          || hasTensors.test(recipe.block().apply(0).name() + ".")) {
        return prefix;
      }
    }
    return family.prefix();
  }

  /** Returns the names that a head may have where the other tensors have a given prefix. */
  static List<String> heads(String prefix) {
    return prefix.startsWith(TEXT_PART)
        ? List.of(TEXT_PART + HEAD, HEAD)
        : List.of(HEAD, HEAD_OF_NEOX);
  }

  /**
   * Checks that no tensor of a recipe is stored twice, under two prefixes, with different values.
   *
   * @throws CheckpointException if one is
   * @throws IOException if a tensor that is stored twice cannot be read
   */
  static void requireUnambiguous(
      Family family, String prefix, DecoderRecipe recipe, Checkpoint checkpoint)
      throws IOException {
    Iterator<TensorShape> tensors = recipe.tensors().iterator();
    while (tensors.hasNext()) {
      String name = tensors.next().name();
      for (String other : name.startsWith(prefix) ? prefixes(family) : Set.<String>of()) {
        String twin = other + name.substring(prefix.length());
        if (!twin.equals(name)
            && checkpoint.has(twin)
            && checkpoint.entry(twin).shape().equals(checkpoint.entry(name).shape())
            && !checkpoint.sameValues(name, twin)) {
          throw new CheckpointException(
              checkpoint.folder()
                  + " contains both "
                  + name
                  + " and "
                  + twin
                  + ", with different values, and it is not clear which of them belongs to the"
                  + " model; remove the other one");
        }
      }
    }
  }
}
