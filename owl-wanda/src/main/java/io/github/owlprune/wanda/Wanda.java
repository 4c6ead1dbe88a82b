package io.github.owlprune.wanda;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.compress.Target;
import io.github.owlprune.compress.WithoutInputs;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.InputStatistics;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Wanda (arXiv 2306.11695, equation 1): removes from every output row the weights with the lowest
 * {@code |W_ij| · ‖x_j‖₂}, {@code floor(inputs · s + 1e-6)} of them, or M − N of every N:M window.
 * On a tie the lower column is removed first. Kept weights keep their bits; nothing is updated. If
 * every norm is zero, all weights tie, as in the authors' program. If no token reached the linear,
 * its lowest magnitudes are removed instead. The report says so in both cases.
 */
public final class Wanda implements Compressor {
  private static final String ALL_TIED =
      "its inputs were zero in every calibration token; the lower columns were removed";

  private Wanda() {}

  /**
   * Returns the strategy.
   *
   * @return Wanda, which has no settings
   */
  public static Wanda wanda() {
    return new Wanda();
  }

  @Override
  public String name() {
    return "wanda";
  }

  @Override
  public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
    float[] norms = seen.get(ColumnNorms.KIND).norms();
    Matrix w = Matrix.of(weight);
    if (norms.length != w.columns()) {
      throw new IllegalArgumentException(
          "the norms of "
              + norms.length
              + " columns were given for a weight of "
              + w.columns()
              + " inputs");
    }
    Sparsity sparsity = target.requireSparsity(name());
    if (seen.rows() == 0) {
      return WithoutInputs.pruneRows(weight, seen, sparsity, workers);
    }
    RowPruning.prune(w, sparsity, RowPruning.byNorms(norms), workers);
    return RowPruning.areZero(norms)
        ? Outcome.inPlace(List.of(), List.of(ALL_TIED))
        : Outcome.IN_PLACE;
  }
}
