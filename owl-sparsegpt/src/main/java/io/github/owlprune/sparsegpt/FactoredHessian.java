package io.github.owlprune.sparsegpt;

import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Hessian;
import io.github.owlprune.pruning.WithHessian;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A Hessian, and the factor of its inverse from the first linear that needs it on. */
public final class FactoredHessian implements WithHessian {
  private final Hessian hessian;
  private final double dampening;
  private @Nullable InverseFactor factor;

  FactoredHessian(int inputs, double dampening) {
    this.hessian = new Hessian(inputs);
    this.dampening = dampening;
  }

  @Override
  public void add(INDArray rows, Workers workers) {
    hessian.add(rows, workers);
  }

  @Override
  public Hessian hessian() {
    return hessian;
  }

  InverseFactor factor(Workers workers) {
    if (factor == null) {
      factor =
          InverseFactor.of(
              hessian.matrix(workers), hessian.liveDiagonal(workers), dampening, workers);
    }
    return factor;
  }

  @Override
  public void close() {
    hessian.close();
    if (factor != null) {
      factor.close();
    }
  }
}
