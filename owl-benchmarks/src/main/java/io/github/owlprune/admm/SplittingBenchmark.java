package io.github.owlprune.admm;

import static io.github.owlprune.admm.Admm.admm;

import io.github.owlprune.benchmarks.WeightBenchmark;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * ADMM on a weight of 1,536 rows at 70 % sparsity. Measures the eigendecomposition, which all
 * linears of an input share; the rounds alone; and the total cost of a linear once its input is
 * decomposed and factored. The difference between the last two is the time for the two alternative
 * candidates and the refits.
 */
public class SplittingBenchmark extends WeightBenchmark {
  private static final int ROWS = 1536;
  private static final Sparsity TARGET = new Sparsity.Unstructured(0.7);

  /** The number of columns of the weight. */
  @Param({"576", "1536"})
  public int inputs;

  private final Compressor admm = admm();
  private InputStatistics seen = new InputStatistics(1);
  private @Nullable ScaledHessian decomposed;

  /** Creates a weight and correlated inputs; the first pruning decomposes and factors them. */
  @Setup
  public void make() {
    createWeight(ROWS, inputs);
    seen = new InputStatistics(inputs).gather(admm.statistics());
    try (Matrix tokens = normal(4L * inputs, inputs);
        Matrix common = normal(4L * inputs, 1)) {
      tokens.array().addiColumnVector(common.array());
      seen.add(tokens.array(), workers);
    }
    decomposed = seen.derived("decomposed", ScaledHessian.class, this::decompose);
    prune();
  }

  /** Computes the eigenvectors of the scaled Hessian. */
  @Benchmark
  public double decomposition() {
    try (ScaledHessian scaled = decompose()) {
      return scaled.dampening();
    }
  }

  private ScaledHessian decompose() {
    Hessian hessian = seen.get(Hessian.KIND);
    return ScaledHessian.of(hessian.matrix(workers), hessian.liveDiagonal(workers), 0.001);
  }

  /** Selects the weights to keep. */
  @Benchmark
  public void rounds() {
    try (Splitting splitting =
        new Splitting(
            weight, new int[0], Objects.requireNonNull(decomposed), TARGET, false, workers)) {
      splitting.run();
    }
  }

  /** Prunes the weight, including all candidates and refits. */
  @Benchmark
  public Outcome prune() {
    return admm.compress(weight.array(), seen, TARGET, workers);
  }
}
