package io.github.owlprune.statistics;

import java.io.DataInput;
import java.io.IOException;

/** The kind of {@link ColumnNorms}. */
record ColumnNormsKind() implements StatisticKind<ColumnNorms> {
  @Override
  public String name() {
    return "column norms";
  }

  @Override
  public Class<ColumnNorms> type() {
    return ColumnNorms.class;
  }

  @Override
  public ColumnNorms create(int inputs) {
    return new ColumnNorms(inputs);
  }

  @Override
  public ColumnNorms read(DataInput in, int inputs) throws IOException {
    StatisticKind.requireInputs(in.readInt(), inputs);
    return ColumnNorms.read(in, inputs);
  }

  @Override
  public boolean fitsForAllBlocks() {
    return true;
  }
}
