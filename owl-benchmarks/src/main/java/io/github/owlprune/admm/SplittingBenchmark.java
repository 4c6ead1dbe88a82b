package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Hessian;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.Sparsity;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
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
 * ADMM of a weight of 1,536 rows to 70 %: the eigendecomposition, which all linears of an input
 * share, the rounds alone, and all that a linear costs once its input was decomposed and factored;
 * what that takes beyond the rounds is for the two other choices and the re-fit.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
public class SplittingBenchmark {
  private static final int ROWS = 1536;
  private static final Sparsity TARGET = new Sparsity.Unstructured(0.7);

  /** The weight's columns. */
  @Param({"576", "1536"})
  public int inputs;

  private final Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
  private final Admm pruner = new Admm();
  private Matrix original = Matrix.allocate(1, 1);
  private Matrix weight = Matrix.allocate(1, 1);
  private DecomposedHessian seen = pruner.observe(1);

  /** Makes a weight, and inputs that depend on each other. */
  @Setup
  public void make() {
    original = Matrix.of(Nd4j.randn(DataType.FLOAT, ROWS, inputs));
    weight = original.copy();
    seen = pruner.observe(inputs);
    INDArray tokens = Nd4j.randn(DataType.FLOAT, 4L * inputs, inputs);
    tokens.addiColumnVector(Nd4j.randn(DataType.FLOAT, 4L * inputs, 1));
    seen.add(tokens, workers);
    seen.scaled(workers);
  }

  /** Restores the weight. */
  @Setup(Level.Invocation)
  public void restore() {
    weight.array().assign(original.array());
  }

  /** The eigenvectors of the scaled Hessian. */
  @Benchmark
  public double decomposition() {
    Hessian hessian = seen.hessian();
    try (ScaledHessian scaled =
        ScaledHessian.of(hessian.matrix(workers), hessian.liveDiagonal(workers), 0.001)) {
      return scaled.dampening();
    }
  }

  /** The choice of the weights that stay. */
  @Benchmark
  public void rounds() {
    try (Splitting splitting =
        new Splitting(weight, new int[0], seen.scaled(workers), TARGET, false, workers)) {
      splitting.run();
    }
  }

  /** Everything. */
  @Benchmark
  public Outcome prune() {
    return pruner.prune(weight.array(), seen, TARGET, workers);
  }
}
