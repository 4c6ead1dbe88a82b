package io.github.owlprune.statistics;

import com.google.common.io.Closer;
import io.github.owlprune.linalg.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The statistics of one distinct input, one of each requested kind, and what was computed from them
 * for the linears that share the input, such as a factor of the Hessian.
 */
public final class InputStatistics implements AutoCloseable {
  private final int inputs;
  private final Map<StatisticKind<?>, Statistic<?>> byKind = new LinkedHashMap<>();
  private final Map<Object, AutoCloseable> derived = new LinkedHashMap<>();
  private long rows;

  /**
   * Creates statistics of no kind.
   *
   * @param inputs the width of the input, at least 1
   */
  public InputStatistics(int inputs) {
    this.inputs = inputs;
  }

  /**
   * Adds empty statistics of the kinds that are not gathered yet.
   *
   * @param kinds the kinds to gather; may be empty
   * @return this
   */
  public InputStatistics gather(Collection<StatisticKind<?>> kinds) {
    for (StatisticKind<?> kind : kinds) {
      byKind.computeIfAbsent(kind, k -> k.create(inputs));
    }
    return this;
  }

  /**
   * Adds one calibration sequence to every statistic.
   *
   * @param rows float32 {@code [tokens, inputs]}, row-major; valid during the call only
   * @param workers the threads to use
   */
  public void add(INDArray rows, Workers workers) {
    byKind.values().forEach(statistic -> statistic.add(rows, workers));
    this.rows += rows.rows();
  }

  /** Adds one calibration sequence none of whose tokens reached the input. */
  public void addEmpty() {
    byKind.values().forEach(Statistic::addEmpty);
  }

  /**
   * Returns the number of rows added so far: the calibration tokens that reached the input. It is
   * below that of other inputs of the block if tokens are routed, as to experts.
   *
   * @return at least 0
   */
  public long rows() {
    return rows;
  }

  /**
   * Adds the sequences of other statistics of the same kinds.
   *
   * @param other statistics of the same input, not changed
   */
  public void merge(InputStatistics other) {
    byKind.keySet().forEach(kind -> merge(kind, other));
    rows += other.rows;
  }

  private <S extends Statistic<S>> void merge(StatisticKind<S> kind, InputStatistics other) {
    get(kind).merge(other.get(kind));
  }

  /**
   * Returns the statistic of a kind.
   *
   * @param kind one of the requested kinds
   * @return the same object at every call
   * @param <S> the type of the statistic
   * @throws IllegalArgumentException if the kind was not requested, naming it
   */
  public <S extends Statistic<S>> S get(StatisticKind<S> kind) {
    Statistic<?> statistic = byKind.get(kind);
    if (statistic == null) {
      throw new IllegalArgumentException(
          "no "
              + kind.name()
              + " were gathered; a compressor must name them in statistics() to use them");
    }
    return kind.type().cast(statistic);
  }

  /**
   * Returns a value computed from these statistics, and computes it at the first call. It is shared
   * by the linears that read this input, and closed with the statistics.
   *
   * @param key identifies the value, its settings included; compared by {@code equals}
   * @param type the value's type
   * @param compute computes the value
   * @return the same object at every call with an equal key
   * @param <T> the value's type
   */
  public <T extends AutoCloseable> T derived(Object key, Class<T> type, Supplier<T> compute) {
    AutoCloseable value = derived.get(key);
    if (value == null) {
      value = compute.get();
      derived.put(key, value);
    }
    return type.cast(value);
  }

  /** Frees the statistics and everything derived from them. */
  @Override
  public void close() {
    try (Closer closer = Closer.create()) { // closes all, whichever of them fails
      byKind.values().forEach(statistic -> closer.register(statistic::close));
      derived.values().forEach(value -> closer.register(() -> close(value)));
      byKind.clear();
      derived.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(AutoCloseable value) throws IOException {
    try {
      value.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("a value derived from statistics cannot be closed", e);
    }
  }
}
