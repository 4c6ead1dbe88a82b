package io.github.owlprune.wanda;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ColumnNorms;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Wanda (arXiv 2306.11695, equation 1): in every output row the weights with the lowest {@code
 * |W_ij| · ‖x_j‖₂} go, {@code floor(inputs · s + 1e-6)} of them, or M − N of every N:M window. On a
 * tie the lower column goes first. Weights that stay keep their bits; nothing is updated.
 */
public final class Wanda implements Pruner<ColumnNorms> {
  /** Makes the pruner. */
  public Wanda() {}

  @Override
  public String name() {
    return "wanda";
  }

  @Override
  public ColumnNorms observe(int inputs) {
    return new ColumnNorms(inputs);
  }

  @Override
  public Outcome prune(INDArray weight, ColumnNorms seen, Sparsity target, Workers workers) {
    float[] norms = seen.norms();
    Matrix w = Matrix.of(weight);
    if (norms.length != w.columns()) {
      throw new IllegalArgumentException(
          "the norms of "
              + norms.length
              + " columns were given for a weight of "
              + w.columns()
              + " inputs");
    }
    RowPruning.prune(w, target, RowPruning.byNorms(norms), workers);
    return Outcome.NONE;
  }
}
