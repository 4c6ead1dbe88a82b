package io.github.owlprune.sparsegpt;

import io.github.owlprune.benchmarks.WeightBenchmark;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The sweep alone, to 70 % and to 2:4, compared with a plain product of the same {@code rows ·
 * inputs² / 2} multiply-adds. The product's time divided by the sweep's is the sweep's fraction of
 * the peak.
 */
public class SweepBenchmark extends WeightBenchmark {
  private static final int ROWS = 4096;
  private static final int ROWS_PER_TASK = 256;
  private static final int COLUMN_BLOCK = 128;

  /** The number of columns of the weight, which has 4,096 rows. */
  @Param({"4096", "11008"})
  public int inputs;

  private Matrix upper = Matrix.allocate(1, 1);

  /** Creates a weight and an upper triangle that couples its columns weakly. */
  @Setup
  public void make() {
    createWeight(ROWS, inputs);
    upper = normal(inputs, inputs);
    upper.array().muli(1e-3f);
    for (int j = 0; j < inputs; j++) {
      upper.write(j, j, new float[] {1}, 1);
    }
  }

  /** Sweeps to unstructured sparsity. */
  @Benchmark
  public double sweep() {
    return sweep(new Sparsity.Unstructured(0.7));
  }

  /** Sweeps to 2:4 sparsity. */
  @Benchmark
  public double sweepTwoOfFour() {
    return sweep(new Sparsity.NOfM(2, 4));
  }

  private double sweep(Sparsity target) {
    return new Sweep(weight, upper, target, COLUMN_BLOCK, workers).run();
  }

  /** Computes {@code W = A[rows, inputs / 2] · B[inputs / 2, inputs]}. */
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
