package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Tap;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ColumnNorms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The column norms of each distinct input of some linears of a block. */
final class InputNorms implements Tap {
  private final Block block;
  private final List<Linear> linears;
  private final Workers workers;
  private final Map<String, ColumnNorms> seen = new HashMap<>();

  InputNorms(Block block, List<Linear> linears, Workers workers) {
    this.block = block;
    this.linears = linears;
    this.workers = workers;
    for (Linear linear : linears) {
      seen.computeIfAbsent(linear.input(), input -> new ColumnNorms(linear.inputs()));
    }
  }

  @Override
  public void see(String input, INDArray rows) {
    ColumnNorms norms = seen.get(input);
    if (norms != null) {
      norms.add(rows, workers);
    }
  }

  /** The norms of each linear's input, in the linears' order. */
  List<float[]> each() {
    return linears.stream().map(l -> Named.naming(block, l, () -> of(l))).toList();
  }

  private float[] of(Linear linear) {
    ColumnNorms norms = seen.get(linear.input());
    if (norms == null) {
      throw new IllegalStateException("no norms were gathered for its input " + linear.input());
    }
    return norms.norms();
  }
}
