package io.github.owlprune.benchmarks;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Benchmarks on all threads that change a random weight, which is restored before each call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
public abstract class WeightBenchmark {
  /** The threads to use, one for each processor. */
  protected final Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());

  /** The dense weight, {@code [rows, inputs]}; never changed. */
  protected Matrix original = Matrix.allocate(1, 1);

  /** The weight to change, of the same shape. */
  protected Matrix weight = Matrix.allocate(1, 1);

  /** Creates a weight; called by a subclass's own setup. */
  protected final void createWeight(int rows, int inputs) {
    original = normal(rows, inputs);
    weight = original.copy();
  }

  /** Returns a matrix of normal numbers. */
  protected static Matrix normal(long rows, long columns) {
    return Matrix.of(Nd4j.randn(DataType.FLOAT, rows, columns));
  }

  /** Restores the weight. */
  @Setup(Level.Invocation)
  public void restore() {
    weight.array().assign(original.array());
  }

  /** Frees the weight and ends the threads. */
  @TearDown
  public void close() {
    original.close();
    weight.close();
    workers.close();
  }
}
