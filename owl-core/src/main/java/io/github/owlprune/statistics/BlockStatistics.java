package io.github.owlprune.statistics;

import com.google.common.io.Closer;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Tap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The statistics of every distinct input of some linears of a block. */
public final class BlockStatistics implements AutoCloseable {
  private final boolean empty;
  private final Map<String, InputStatistics> byInput = new LinkedHashMap<>();
  private final Set<String> reached = new HashSet<>(); // by the present sequence

  /**
   * Creates empty statistics.
   *
   * @param request the linears and the kinds
   */
  public BlockStatistics(StatisticsRequest request) {
    this.empty = request.isEmpty();
    request
        .kinds()
        .forEach(
            (linear, kinds) ->
                byInput
                    .computeIfAbsent(linear.input(), i -> new InputStatistics(linear.inputs()))
                    .gather(kinds));
  }

  /**
   * Returns a tap that adds the inputs of a sequence.
   *
   * @param workers the threads to use
   * @return the tap; {@link Tap#NONE} if nothing was requested
   */
  public Tap tap(Workers workers) {
    return empty ? Tap.NONE : (input, rows) -> add(input, rows, workers);
  }

  private void add(String input, INDArray rows, Workers workers) {
    InputStatistics statistics = byInput.get(input);
    if (statistics != null) {
      statistics.add(rows, workers);
      reached.add(input);
    }
  }

  /** Ends a sequence: the inputs that none of its tokens reached count it all the same. */
  public void endSequence() {
    byInput.forEach(
        (input, statistics) -> {
          if (!reached.contains(input)) {
            statistics.addEmpty();
          }
        });
    reached.clear();
  }

  /**
   * Rejects a block that passed none of the requested inputs to the tap.
   *
   * @throws IllegalStateException if something was requested, and no input has a row
   */
  public void requireRows() {
    if (!empty && mostRows() == 0) {
      throw new IllegalStateException(
          "the block passed none of the inputs "
              + String.join(", ", byInput.keySet())
              + " to the tap, in no calibration sequence; it must pass each input that a token"
              + " reaches, by the name that its linears give");
    }
  }

  /**
   * Returns the number of rows of the input that most calibration tokens reached.
   *
   * @return at least 0
   */
  public long mostRows() {
    return byInput.values().stream().mapToLong(InputStatistics::rows).max().orElse(0);
  }

  /**
   * Adds the sequences of other statistics that were gathered for the same request.
   *
   * @param other statistics of the same block, not changed
   */
  public void merge(BlockStatistics other) {
    byInput.forEach((input, statistics) -> statistics.merge(other.of(input)));
  }

  /**
   * Returns the statistics of a linear's input.
   *
   * @param linear one of the request's linears
   * @return the statistics, shared with the other linears that read the input
   * @throws IllegalArgumentException if they were not requested, or were released
   */
  public InputStatistics of(Linear linear) {
    return of(linear.input());
  }

  private InputStatistics of(String input) {
    InputStatistics statistics = byInput.get(input);
    if (statistics == null) {
      throw new IllegalArgumentException("no statistics were gathered for the input " + input);
    }
    return statistics;
  }

  /**
   * Frees the statistics of an input that no further linear needs.
   *
   * @param linear the last linear that needed them
   */
  public void release(Linear linear) {
    InputStatistics statistics = byInput.remove(linear.input());
    if (statistics != null) {
      statistics.close();
    }
  }

  /** Frees the statistics of all inputs. */
  @Override
  public void close() {
    try (Closer closer = Closer.create()) { // closes all, whichever of them fails
      byInput.values().forEach(statistics -> closer.register(statistics::close));
      byInput.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
