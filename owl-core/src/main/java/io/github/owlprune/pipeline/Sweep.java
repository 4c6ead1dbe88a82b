package io.github.owlprune.pipeline;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The one loop over a model's blocks: opens each in turn, lets a visitor work on it, and releases
 * it, so that one block at a time is in memory. Measuring, compressing, analysing, judging and
 * evaluating are visitors.
 */
public final class Sweep {
  private final List<? extends Block> blocks;
  private final Workers workers;
  private final StageTimes times;
  private final IntPredicate needed;

  /**
   * Prepares a sweep over all blocks.
   *
   * @param blocks the blocks in order
   * @param workers the threads that open blocks may use
   * @param times receives the time for loading blocks
   */
  public Sweep(List<? extends Block> blocks, Workers workers, StageTimes times) {
    this(blocks, workers, times, b -> true);
  }

  private Sweep(
      List<? extends Block> blocks, Workers workers, StageTimes times, IntPredicate needed) {
    this.blocks = blocks;
    this.workers = workers;
    this.times = times;
    this.needed = needed;
  }

  /**
   * Returns a sweep that skips some blocks without opening them.
   *
   * @param needs tells whether to visit the block at an index; called once for each block, in order
   * @return a new sweep
   */
  public Sweep where(IntPredicate needs) {
    return new Sweep(blocks, workers, times, needs);
  }

  /**
   * Visits the blocks.
   *
   * @param visitor works on one open block at a time
   */
  public void accept(BlockVisitor visitor) {
    for (int b = 0; b < blocks.size(); b++) {
      if (needed.test(b)) {
        try (Visit visit = new Visit(b, blocks, workers, times)) {
          visitor.visit(visit);
        }
      }
    }
  }
}
