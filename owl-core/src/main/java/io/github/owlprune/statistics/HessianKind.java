package io.github.owlprune.statistics;

import java.io.DataInput;
import java.io.IOException;

/** The kind of {@link Hessian}. The Hessians of all blocks together are larger than the model. */
record HessianKind() implements StatisticKind<Hessian> {
  @Override
  public String name() {
    return "Hessians";
  }

  @Override
  public Class<Hessian> type() {
    return Hessian.class;
  }

  @Override
  public Hessian create(int inputs) {
    return new Hessian(inputs);
  }

  @Override
  public Hessian read(DataInput in, int inputs) throws IOException {
    StatisticKind.requireInputs(in.readInt(), inputs);
    return Hessian.read(in, inputs);
  }
}
