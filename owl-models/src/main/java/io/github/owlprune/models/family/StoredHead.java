package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.EmbeddingRecipe;
import io.github.owlprune.models.decoder.HeadRecipe;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Chooses the output head by what a checkpoint contains, as transformers does: a configuration may
 * tie the head to the embedding although the file has a head of its own, and a base model has no
 * head at all.
 */
final class StoredHead {
  private StoredHead() {}

  /**
   * Returns a recipe with the head that the checkpoint contains.
   *
   * <ul>
   *   <li>Tied, and only one of embedding and head is stored: it serves as both.
   *   <li>Tied, and both are stored with equal values: they are tied.
   *   <li>Tied, and both are stored with different values: the stored head is used, with a remark.
   *   <li>Not tied, and no head is stored: the model has none, with a remark.
   * </ul>
   *
   * @param configured the recipe of the configuration
   * @param names the names that a stored head may have
   * @param checkpoint the tensors
   * @throws IOException if embedding and head are both stored and cannot be read
   */
  static CheckpointRecipe choose(
      DecoderRecipe configured, List<String> names, Checkpoint checkpoint) throws IOException {
    EmbeddingRecipe embedding = configured.embedding();
    HeadRecipe head = configured.head();
    boolean tied = embedding.tensor().equals(head.weight());
    Optional<String> stored = names.stream().filter(checkpoint::has).findFirst();
    if (stored.isEmpty()) {
      return tied
          ? new CheckpointRecipe(configured, true, List.of())
          : new CheckpointRecipe(
              configured.with(embedding, head.withWeight(null)),
              false,
              List.of(noHead(Objects.requireNonNull(head.weight()))));
    }
    String own = stored.get();
    if (tied && !checkpoint.has(embedding.tensor())) {
      return new CheckpointRecipe(
          configured.with(embedding.withTensor(own), head.withWeight(own)), true, List.of());
    }
    if (tied && checkpoint.sameValues(own, embedding.tensor())) {
      return new CheckpointRecipe(configured, true, List.of());
    }
    return new CheckpointRecipe(
        configured.with(embedding, head.withWeight(own)),
        false,
        tied ? List.of(notTied(own, embedding.tensor())) : List.of());
  }

  private static String noHead(String name) {
    return "the weights contain no "
        + name
        + ", so the model has no output head: it can be pruned, but not evaluated or tuned";
  }

  private static String notTied(String own, String embedding) {
    return "config.json ties the output head to the embedding, but "
        + own
        + " and "
        + embedding
        + " have different values; "
        + own
        + " is used as the head, as in transformers (set tie_word_embeddings to false to confirm)";
  }
}
