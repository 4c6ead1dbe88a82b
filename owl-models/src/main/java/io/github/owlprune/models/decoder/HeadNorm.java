package io.github.owlprune.models.decoder;

/**
 * The norms of a token's queries, or keys: norm i normalises {@code width} values from {@code i ·
 * width} on.
 */
final class HeadNorm {
  private final Norm[] norms;
  private final int width; // of a head, or of all heads together

  HeadNorm(Norm[] norms, int width) {
    this.norms = norms;
    this.width = width;
  }

  /** Normalises all heads of a row in place. */
  void normalize(float[] row) {
    for (int i = 0; i < norms.length; i++) {
      norms[i].normalize(row, i * width, row, i * width);
    }
  }
}
