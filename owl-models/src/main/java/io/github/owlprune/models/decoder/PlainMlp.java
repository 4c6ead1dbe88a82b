package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/** Computes {@code W_down f(W_up x)}. */
record PlainMlp(Projection up, Activation activation, Projection down) implements Mlp {
  @Override
  public void computeActivations(
      Matrix x, Matrix activations, int from, int rows, Workspace.Scratch scratch) {
    // up projection
    up.multiply(x, from, scratch.up, 0, rows);
    for (int r = 0; r < rows; r++) {
      // f(W_up x)
      up.readRow(scratch.up, r, scratch.upRow);
      activation.activate(scratch.upRow, up.outputs());
      activations.write(from + r, scratch.upRow, up.outputs());
    }
  }

  @Override
  public int innerWidth() {
    return up.outputs();
  }
}
