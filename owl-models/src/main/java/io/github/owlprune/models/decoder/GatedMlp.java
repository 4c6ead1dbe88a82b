package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/** Computes {@code W_down (f(W_gate x) ∘ W_up x)} (arXiv 2002.05202, section 2). */
record GatedMlp(Projection gate, Projection up, Activation activation, Projection down)
    implements Mlp {
  @Override
  public void computeActivations(
      Matrix x, Matrix activations, int from, int rows, Workspace.Scratch scratch) {
    // gate and up projections
    gate.multiply(x, from, activations, from, rows);
    up.multiply(x, from, scratch.up, 0, rows);
    int width = gate.outputs();
    for (int r = 0; r < rows; r++) {
      // f(W_gate x) ∘ W_up x
      gate.readRow(activations, from + r, scratch.row);
      up.readRow(scratch.up, r, scratch.upRow);
      activation.activate(scratch.row, width);
      multiply(scratch.row, scratch.upRow, width);
      activations.write(from + r, scratch.row, width);
    }
  }

  @Override
  public int innerWidth() {
    return up.outputs();
  }

  private static void multiply(float[] row, float[] factors, int count) {
    for (int i = 0; i < count; i++) {
      row[i] *= factors[i];
    }
  }
}
