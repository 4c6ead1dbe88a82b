package io.github.owlprune.admm;

import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Hessian;
import io.github.owlprune.pruning.WithHessian;
import io.github.owlprune.sparsegpt.FactoredHessian;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A Hessian, and its eigenvectors and factor from the first linear that needs them on. */
public final class DecomposedHessian implements WithHessian {
  private final FactoredHessian factored;
  private final double dampening;
  private @Nullable ScaledHessian scaled;

  DecomposedHessian(FactoredHessian factored, double dampening) {
    this.factored = factored;
    this.dampening = dampening;
  }

  @Override
  public void add(INDArray rows, Workers workers) {
    factored.add(rows, workers);
  }

  @Override
  public Hessian hessian() {
    return factored.hessian();
  }

  /** What SparseGPT needs to know, the same Hessian among it. */
  FactoredHessian factored() {
    return factored;
  }

  ScaledHessian scaled(Workers workers) {
    if (scaled == null) {
      scaled =
          ScaledHessian.of(hessian().matrix(workers), hessian().liveDiagonal(workers), dampening);
    }
    return scaled;
  }

  @Override
  public void close() {
    factored.close();
    if (scaled != null) {
      scaled.close();
    }
  }
}
