package io.github.owlprune;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.InputStatistics;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Prunes by the norms of the inputs, and remembers the norms that it was given. */
public final class ByNorm implements Compressor {
  /** The distinct objects, in the order in which they first came. */
  public final List<ColumnNorms> seen = new ArrayList<>();

  @Override
  public String name() {
    return "norm";
  }

  @Override
  public Outcome compress(
      INDArray weight, InputStatistics statistics, Target target, Workers workers) {
    ColumnNorms norms = statistics.get(ColumnNorms.KIND);
    if (seen.stream().noneMatch(earlier -> earlier == norms)) {
      seen.add(norms);
    }
    RowPruning.prune(
        Matrix.of(weight),
        target.requireSparsity(name()),
        RowPruning.byNorms(norms.norms()),
        workers);
    return Outcome.IN_PLACE;
  }
}
