package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/**
 * An expert that every token passes: {@code sigmoid(w_gate · x) mlp(x)}.
 *
 * @param mlp the expert
 * @param gate w_gate, {@code [1, W]}
 */
record SharedExpert(Mlp mlp, Projection gate) {
  /** Computes the input of the down projection for a chunk of rows of {@code space.mlpInput}. */
  void computeActivations(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    mlp.computeActivations(space.mlpInput, activations(space), from, rows, scratch);
  }

  /** Computes {@code scratch.output} and {@code scratch.sharedGate} of a chunk of rows. */
  void computeOutput(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    mlp.down().multiply(activations(space), from, scratch.output, 0, rows);
    gate.multiply(space.mlpInput, from, scratch.sharedGate, 0, rows);
  }

  /** Adds a row of the expert's gated output to a sum. */
  void addOutput(Workspace.Scratch scratch, int row, float[] sum, int width) {
    gate.readRow(scratch.sharedGate, row, scratch.upRow);
    float weight = 1 / (1 + Exponential.clamped(-scratch.upRow[0]));
    mlp.down().readRow(scratch.output, row, scratch.hiddenRow);
    for (int j = 0; j < width; j++) {
      sum[j] += weight * scratch.hiddenRow[j];
    }
  }

  /** Returns the input of the down projection, {@code [T, I]}. */
  Matrix activations(Workspace space) {
    return space.mlpActivations(mlp.innerWidth());
  }
}
