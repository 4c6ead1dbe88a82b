package io.github.owlprune.models.decoder;

/** Computes {@code W_down (f(W_gate x) ∘ W_up x)} (arXiv 2002.05202, section 2). */
record GatedMlp(Projection gate, Projection up, Activation activation, Projection down)
    implements Mlp {
  @Override
  public void computeActivations(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    // gate and up projections
    gate.multiply(space.mlpInput, from, space.mlpActivations, from, rows);
    up.multiply(space.mlpInput, from, scratch.up, 0, rows);
    int width = gate.outputs();
    for (int r = 0; r < rows; r++) {
      // f(W_gate x) ∘ W_up x
      gate.readRow(space.mlpActivations, from + r, scratch.row);
      up.readRow(scratch.up, r, scratch.upRow);
      activation.activate(scratch.row, width);
      multiply(scratch.row, scratch.upRow, width);
      space.mlpActivations.write(from + r, scratch.row, width);
    }
  }

  private static void multiply(float[] row, float[] factors, int count) {
    for (int i = 0; i < count; i++) {
      row[i] *= factors[i];
    }
  }
}
