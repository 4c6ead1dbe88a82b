package io.github.owlprune.pipeline;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.OpenBlock;

/** One block of a {@link Sweep}, open. */
public final class Visit implements AutoCloseable {
  private final int index;
  private final Block block;
  private final Workers workers;
  private final StageTimes times;
  private OpenBlock open;

  Visit(int index, Block block, Workers workers, StageTimes times) {
    this.index = index;
    this.block = block;
    this.workers = workers;
    this.times = times;
    this.open = load();
  }

  private OpenBlock load() {
    return times.timed("load", () -> block.open(workers));
  }

  /**
   * Returns the block's index.
   *
   * @return its position in the model, from 0
   */
  public int index() {
    return index;
  }

  /**
   * Returns the block by name and shapes.
   *
   * @return the block that is open
   */
  public Block block() {
    return block;
  }

  /**
   * Returns the block with its weights.
   *
   * @return the open block; the sweep closes it
   */
  public OpenBlock open() {
    return open;
  }

  /** Discards all changes that were not saved: the block is closed and opened again. */
  public void reopen() {
    open.close();
    open = load();
  }

  @Override
  public void close() {
    open.close();
  }
}
