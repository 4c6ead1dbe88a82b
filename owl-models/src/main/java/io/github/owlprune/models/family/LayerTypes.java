package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import java.util.List;
import java.util.function.IntPredicate;

/** Reads which blocks have a sliding window. */
final class LayerTypes {
  private LayerTypes() {}

  /** Returns the window of sliding blocks; a null setting means none. */
  static int window(Settings settings, int defaultValue) throws CheckpointException {
    return settings.isNull("sliding_window")
        ? AttentionShape.NO_WINDOW
        : settings.count("sliding_window", defaultValue);
  }

  /**
   * Returns the blocks that {@code layer_types} marks as sliding, or {@code defaultValue} without
   * that setting.
   */
  static IntPredicate sliding(Settings settings, int blocks, IntPredicate defaultValue)
      throws CheckpointException {
    if (!settings.has("layer_types")) {
      return defaultValue;
    }
    List<String> types = settings.texts("layer_types");
    if (types.size() != blocks) {
      throw settings.refused("layer_types", "give one type for each of the " + blocks + " blocks");
    }
    for (String type : types) {
      if (!type.equals("full_attention") && !type.equals("sliding_attention")) {
        throw settings.refused(
            "layer_types", "this release supports full_attention and sliding_attention");
      }
    }
    return i -> types.get(i).equals("sliding_attention");
  }
}
