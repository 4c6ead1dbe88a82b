package io.github.owlprune;

import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.HiddenStateType;
import io.github.owlprune.pipeline.Progress;
import java.util.Objects;

/**
 * Settings that are complete enough to run. Immutable: every {@code with} method returns a new
 * stage and rejects invalid values at once. Nothing runs before a stage's final method is called.
 *
 * @param <S> the type of the stage itself
 */
public abstract class Stage<S extends Stage<S>> {
  private final Execution execution;

  /** Creates a stage. Package-private, because all stages are in this package. */
  Stage(Execution execution) {
    this.execution = execution;
  }

  final Execution execution() {
    return execution;
  }

  /** Returns a copy of this stage that runs differently. */
  abstract S with(Execution next);

  /**
   * Sets the number of threads. It does not change the result, unless a time limit ends a search.
   *
   * @param threads at least 1; all processors unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public final S withThreads(int threads) {
    return with(execution.withThreads(threads));
  }

  /**
   * Sets how many bytes of hidden states stay in memory; larger ones go to a file, a temporary one
   * unless the run can be resumed.
   *
   * @param bytes at least 0; half of the JVM's heap limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public final S withHiddenStateMemory(long bytes) {
    return with(execution.withHiddenStateBytes(bytes));
  }

  /**
   * Sets the number type of hidden states that are kept in a file.
   *
   * @param type float32 unless set; bfloat16 takes half the space and changes the result slightly
   * @return a new stage
   */
  public final S withHiddenStateType(HiddenStateType type) {
    return with(execution.withHiddenStateType(Objects.requireNonNull(type)));
  }

  /**
   * Sets how many bytes the statistics of a block may take while it is pruned, such as the Hessians
   * of its inputs. If they need more, the sequences observe the block several times, each time for
   * some of its inputs; this takes time, but does not change the result. The statistics of a single
   * input may exceed the limit. Statistics of the dense model are always gathered together.
   *
   * @param bytes at least 0; unlimited unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public final S withStatisticsMemory(long bytes) {
    return with(execution.withStatisticsBytes(bytes));
  }

  /**
   * Sets the receiver of progress.
   *
   * @param progress receives the progress; it is ignored unless a receiver is set
   * @return a new stage
   */
  public final S withProgress(Progress progress) {
    return with(execution.withProgress(Objects.requireNonNull(progress)));
  }
}
