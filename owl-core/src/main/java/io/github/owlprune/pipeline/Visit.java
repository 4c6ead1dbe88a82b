package io.github.owlprune.pipeline;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.OpenBlock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One block of a {@link Sweep}, open. */
public final class Visit implements AutoCloseable {
  private final int index;
  private final Block block;
  private final List<? extends Block> earlier;
  private final Workers workers;
  private final StageTimes times;
  private OpenBlock open;

  Visit(int index, List<? extends Block> blocks, Workers workers, StageTimes times) {
    this.index = index;
    this.block = blocks.get(index);
    this.earlier = blocks.subList(0, index);
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

  /**
   * Runs work on a linear of this block. If it fails because activations or weights are NaN or
   * infinite, the linear whose weight is at fault is named: this one, or one whose output reached
   * it, in this block or an earlier one.
   *
   * @param linear the linear
   * @param work reads or changes the linear
   * @return the result of the work
   * @param <T> the type of the result
   * @throws ArithmeticException if the work throws one
   */
  public <T> T attributeErrors(Linear linear, Supplier<T> work) {
    try {
      return LinearRef.of(block, linear).attributeErrors(work);
    } catch (ArithmeticException e) {
      ArithmeticException named = faultyWeight().orElse(e);
      if (named != e) {
        named.initCause(e);
      }
      throw named;
    }
  }

  private Optional<ArithmeticException> faultyWeight() {
    Optional<ArithmeticException> fault = FaultyWeight.in(block, open);
    for (int b = 0; fault.isEmpty() && b < earlier.size(); b++) {
      try (OpenBlock before = earlier.get(b).open(workers)) {
        fault = FaultyWeight.in(earlier.get(b), before);
      }
    }
    return fault;
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
