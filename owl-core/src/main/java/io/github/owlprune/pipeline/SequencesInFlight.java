package io.github.owlprune.pipeline;

import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.OptionalInt;

/**
 * The hidden states of all sequences between two blocks, wherever they are kept: on the heap, in a
 * file, or on other machines. They go through an open block and bring back statistics.
 */
public interface SequencesInFlight extends AutoCloseable {
  /**
   * Returns the number of sequences.
   *
   * @return at least 1
   */
  int count();

  /**
   * Sends every sequence through an open block.
   *
   * @param open the block
   * @param passage whether the sequences leave the block or only observe it
   * @param request the statistics to gather of the inputs of its linears
   * @param afterEach called after each sequence
   * @return the statistics over all sequences, which the caller closes
   */
  BlockStatistics pass(
      OpenBlock open, Passage passage, StatisticsRequest request, Runnable afterEach);

  /**
   * Returns a copy that passes through blocks on its own. The copy must pass through its first
   * block before this object advances.
   *
   * @return the same hidden states; closed by the caller, before this object
   */
  SequencesInFlight fork();

  /**
   * Computes the mean loss of each sequence, after the last block.
   *
   * @param loss the model's loss
   * @param afterEach called after each sequence
   * @return one loss for each sequence; infinite where the states hold NaN or infinity
   */
  double[] losses(OpenLoss loss, Runnable afterEach);

  /**
   * Keeps the hidden states as they are now in a file, for a resumed run to start from. It may
   * decline if that would take too large a share of the run time.
   *
   * @return the position in the file, or empty if they were not kept
   */
  OptionalInt keep();

  /**
   * Restores hidden states that this or an earlier process kept.
   *
   * @param position the position that {@link #keep} returned
   */
  void restore(int position);

  /** Frees the hidden states. */
  @Override
  void close();
}
