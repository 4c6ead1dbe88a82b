package io.github.owlprune.models.decoder;

/** {@code W_down (f(W_gate x) ∘ W_up x)} (arXiv 2002.05202). */
record GatedMlp(Projection gate, Projection up, Activation activation, Projection down)
    implements Mlp {
  @Override
  public void activate(Workspace space, Workspace.Lane lane, int from, int rows) {
    gate.multiply(space.normedAgain, from, space.activated, from, rows);
    up.multiply(space.normedAgain, from, lane.up, 0, rows);
    int width = gate.outputs();
    for (int r = 0; r < rows; r++) {
      gate.read(space.activated, from + r, lane.row);
      up.read(lane.up, r, lane.upRow);
      activation.apply(lane.row, width);
      multiply(lane.row, lane.upRow, width);
      space.activated.write(from + r, lane.row, width);
    }
  }

  private static void multiply(float[] row, float[] by, int count) {
    for (int i = 0; i < count; i++) {
      row[i] *= by[i];
    }
  }
}
