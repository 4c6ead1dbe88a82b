package io.github.owlprune.models.decoder;

import java.util.Iterator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The sizes of the MLPs and mixtures of experts of all blocks, from which the buffers that blocks
 * share are allocated.
 *
 * @param mlpWidths every I of an MLP that all tokens pass
 * @param experts the most experts of a block, 0 without any
 * @param active the most experts that a token passes in a block
 * @param expertWidths every I of an expert that some tokens pass
 */
record FeedForwardSizes(
    SortedSet<Integer> mlpWidths, int experts, int active, SortedSet<Integer> expertWidths) {
  /** Returns the sizes of a model's blocks. */
  static FeedForwardSizes of(Stream<FeedForwardRecipe> blocks) {
    SortedSet<Integer> mlpWidths = new TreeSet<>();
    SortedSet<Integer> expertWidths = new TreeSet<>();
    int experts = 0;
    int active = 0;
    Iterator<FeedForwardRecipe> each = blocks.iterator();
    while (each.hasNext()) {
      FeedForwardRecipe recipe = each.next();
      if (recipe instanceof MoeRecipe m) {
        experts = Math.max(experts, m.experts().size());
        active = Math.max(active, m.router().active());
        expertWidths.add(m.expertWidth());
        if (m.shared() != null) {
          mlpWidths.add(m.shared().mlp().innerWidth());
        }
      } else {
        mlpWidths.add(((MlpRecipe) recipe).innerWidth());
      }
    }
    return new FeedForwardSizes(mlpWidths, experts, active, expertWidths);
  }

  /** Returns the largest I. */
  int widest() {
    int ofMlps = mlpWidths.isEmpty() ? 0 : mlpWidths.last();
    return expertWidths.isEmpty() ? ofMlps : Math.max(ofMlps, expertWidths.last());
  }

  /** Returns the floats that each token needs in the buffers of a whole sequence. */
  long floatsPerToken(int width) {
    long ofExperts = expertWidths.isEmpty() ? 0 : 2L * width + sum(expertWidths);
    return sum(mlpWidths) + active * ofExperts;
  }

  /** Returns the floats that each token needs in the buffers of one worker's chunk. */
  long floatsPerChunkToken() {
    return 1L + widest() + Math.max(1, experts);
  }

  private static long sum(SortedSet<Integer> widths) {
    return widths.stream().mapToLong(Integer::longValue).sum();
  }
}
