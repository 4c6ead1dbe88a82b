package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Sparsity;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The sweep alone, to 70 % and to 2:4, beside a plain product of as many multiply-adds, {@code rows
 * · inputs² / 2}: the product's time through the sweep's is the sweep's share of the peak.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
public class SweepBenchmark {
  private static final int ROWS = 4096;
  private static final int ROWS_PER_TASK = 256;

  /** The weight's columns; it has 4,096 rows. */
  @Param({"4096", "11008"})
  public int inputs;

  private final Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
  private Matrix original = Matrix.allocate(1, 1);
  private Matrix weight = Matrix.allocate(1, 1);
  private Matrix upper = Matrix.allocate(1, 1);

  /** Makes a weight, and an upper triangle that couples its columns weakly. */
  @Setup
  public void make() {
    original = Matrix.of(Nd4j.randn(DataType.FLOAT, ROWS, inputs));
    weight = original.copy();
    upper = Matrix.of(Nd4j.randn(DataType.FLOAT, inputs, inputs).muli(1e-3f));
    for (int j = 0; j < inputs; j++) {
      upper.write(j, j, new float[] {1}, 1);
    }
  }

  /** Restores the weight. */
  @Setup(Level.Invocation)
  public void restore() {
    weight.array().assign(original.array());
  }

  /** Unstructured. */
  @Benchmark
  public double sweep() {
    return new Sweep(weight, upper, new Sparsity.Unstructured(0.7), 128, workers).run();
  }

  /** 2:4. */
  @Benchmark
  public double sweepTwoOfFour() {
    return new Sweep(weight, upper, new Sparsity.NOfM(2, 4), 128, workers).run();
  }

  /** {@code W = A[rows, inputs / 2] · B[inputs / 2, inputs]}. */
  @Benchmark
  public void plainProduct() {
    workers.run(
        ROWS / ROWS_PER_TASK,
        (task, worker) -> {
          int first = task * ROWS_PER_TASK;
          Gemm.ab(
              ROWS_PER_TASK,
              inputs,
              inputs / 2,
              new Gemm.Tile(original, first, 0),
              new Gemm.Tile(upper, 0, 0),
              new Gemm.Tile(weight, first, 0));
        });
  }
}
