package io.github.owlprune.models.decoder;

/** {@code W_down f(W_up x)}. */
record PlainMlp(Projection up, Activation activation, Projection down) implements Mlp {
  @Override
  public void activate(Workspace space, Workspace.Lane lane, int from, int rows) {
    up.multiply(space.normedAgain, from, lane.up, 0, rows);
    int width = up.outputs();
    for (int r = 0; r < rows; r++) {
      up.read(lane.up, r, lane.upRow);
      activation.apply(lane.upRow, width);
      space.activated.write(from + r, lane.upRow, width);
    }
  }
}
