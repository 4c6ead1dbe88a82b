package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ColumnNorms;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Prunes by the inputs' norms, and remembers how often it was asked for statistics. */
final class ByNorm implements Pruner<ColumnNorms> {
  final List<ColumnNorms> started = new ArrayList<>();

  @Override
  public String name() {
    return "norm";
  }

  @Override
  public ColumnNorms observe(int inputs) {
    started.add(new ColumnNorms(inputs));
    return started.get(started.size() - 1);
  }

  @Override
  public Outcome prune(INDArray weight, ColumnNorms seen, Sparsity target, Workers workers) {
    float[] norms = seen.norms();
    RowPruning.prune(
        Matrix.of(weight),
        target,
        (row, scores) -> {
          for (int j = 0; j < norms.length; j++) {
            scores[j] = Math.abs(row[j]) * norms[j];
          }
        },
        workers);
    return Outcome.NONE;
  }
}
