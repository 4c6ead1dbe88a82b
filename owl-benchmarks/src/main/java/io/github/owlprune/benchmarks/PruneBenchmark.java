package io.github.owlprune.benchmarks;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ColumnNorms;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Magnitude;
import io.github.owlprune.pruning.Sparsity;
import io.github.owlprune.wanda.Wanda;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A 4096 x 4096 weight to 70 %, and the statistics of 2,048 of its inputs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PruneBenchmark {
  private static final int SIZE = 4096;
  private static final int TOKENS = 2048;

  private final Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
  private final Matrix original = Matrix.of(Nd4j.randn(DataType.FLOAT, SIZE, SIZE));
  private final Matrix inputs = Matrix.of(Nd4j.randn(DataType.FLOAT, TOKENS, SIZE));
  private final Matrix weight = Matrix.allocate(SIZE, SIZE);
  private final ColumnNorms norms = new ColumnNorms(SIZE);

  /** Restores the weight. */
  @Setup(Level.Invocation)
  public void restore() {
    weight.array().assign(original.array());
  }

  /** Gathers norms once. */
  @Setup
  public void gather() {
    norms.add(inputs.array(), workers);
  }

  /** Column norms of all inputs. */
  @Benchmark
  public void statistics() {
    new ColumnNorms(SIZE).add(inputs.array(), workers);
  }

  /** Wanda, unstructured. */
  @Benchmark
  public void wanda() {
    new Wanda().prune(weight.array(), norms, new Sparsity.Unstructured(0.7), workers);
  }

  /** Wanda, 2:4. */
  @Benchmark
  public void wandaTwoOfFour() {
    new Wanda().prune(weight.array(), norms, new Sparsity.NOfM(2, 4), workers);
  }

  /** Magnitude over the whole matrix. */
  @Benchmark
  public void magnitude() {
    new Magnitude()
        .prune(weight.array(), new InputStatistics.None(), new Sparsity.Unstructured(0.7), workers);
  }
}
