package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.Set;
import java.util.function.IntPredicate;

/** Reads which blocks of a Qwen model have experts; the others have one MLP for all tokens. */
final class SparseBlocks {
  private SparseBlocks() {}

  /** Returns whether a block has experts: every n-th does, unless it is listed as dense. */
  static IntPredicate read(Settings s) throws CheckpointException {
    int step = s.count("decoder_sparse_step", 1);
    Set<Integer> dense = s.indices("mlp_only_layers");
    return i -> (i + 1) % step == 0 && !dense.contains(i);
  }
}
