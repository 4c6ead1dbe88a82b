package io.github.owlprune.models.decoder;

/** Computes {@code W_down f(W_up x)}. */
record PlainMlp(Projection up, Activation activation, Projection down) implements Mlp {
  @Override
  public void computeActivations(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    // up projection
    up.multiply(space.mlpInput, from, scratch.up, 0, rows);
    for (int r = 0; r < rows; r++) {
      // f(W_up x)
      up.readRow(scratch.up, r, scratch.upRow);
      activation.activate(scratch.upRow, up.outputs());
      space.mlpActivations.write(from + r, scratch.upRow, up.outputs());
    }
  }
}
