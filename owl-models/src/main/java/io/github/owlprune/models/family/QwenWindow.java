package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Reads the attention windows of Qwen models, whose upper blocks may have a sliding window. */
final class QwenWindow {
  private QwenWindow() {}

  /** Returns the attention shape of each block: without a list, the upper blocks slide. */
  static IntFunction<AttentionShape> shapes(Settings s, int blocks, AttentionShape shape)
      throws CheckpointException {
    int firstSliding = s.countFromZero("max_window_layers", 28);
    return shapes(s, blocks, shape, i -> i >= firstSliding);
  }

  /** Returns the shape of each block: without a list, every other of the lower blocks slides. */
  static IntFunction<AttentionShape> alternating(Settings s, int blocks, AttentionShape shape)
      throws CheckpointException {
    int firstFull = s.countFromZero("max_window_layers", 28);
    return shapes(s, blocks, shape, i -> i % 2 == 0 && i < firstFull);
  }

  private static IntFunction<AttentionShape> shapes(
      Settings s, int blocks, AttentionShape shape, IntPredicate slides)
      throws CheckpointException {
    boolean used = s.flag("use_sliding_window", false);
    boolean none = s.isNull("sliding_window");
    // transformers 5 writes 0 for a window that is not used.
    int window = used ? s.count("sliding_window", 4096) : s.countFromZero("sliding_window", 4096);
    IntPredicate sliding = LayerTypes.sliding(s, blocks, i -> used && !none && slides.test(i));
    // Without a list, the number of blocks is not yet verified and may be huge.
    if ((!used || none) && s.has("layer_types") && IntStream.range(0, blocks).anyMatch(sliding)) {
      throw s.refused(
          "layer_types", "sliding_attention needs use_sliding_window and a sliding_window");
    }
    AttentionShape windowed = used ? shape.withWindow(window) : shape;
    return i -> sliding.test(i) ? windowed : shape;
  }
}
