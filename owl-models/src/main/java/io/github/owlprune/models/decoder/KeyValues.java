package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/**
 * The keys and values of a sequence's tokens in one block. They grow with the sequence, which may
 * arrive in parts: attention reads those of earlier parts too.
 */
final class KeyValues implements AutoCloseable {
  private final int width; // K
  private final int heads; // key-value heads
  private Matrix keys; // [capacity, K], as attention reads them: normed and rotated
  private Matrix values; // [capacity, K]
  private float[] keyLengths; // [capacity, key-value heads], the L2 norm of every key

  /** Allocates room for a number of tokens, at least 1. */
  KeyValues(AttentionShape shape, int tokens) {
    this.width = shape.keyWidth();
    this.heads = shape.keyValueHeads();
    this.keys = Matrix.allocate(tokens, width);
    this.values = Matrix.allocate(tokens, width);
    this.keyLengths = new float[Math.multiplyExact(tokens, heads)];
  }

  Matrix keys() {
    return keys;
  }

  Matrix values() {
    return values;
  }

  float[] keyLengths() {
    return keyLengths;
  }

  /** Returns the number of tokens that there is room for. */
  int capacity() {
    return keys.rows();
  }

  /**
   * Makes room for more tokens.
   *
   * @param capacity the tokens to make room for
   * @param kept the tokens whose keys and values are kept
   */
  void grow(int capacity, int kept) {
    if (capacity <= capacity()) {
      return;
    }
    keys = grown(keys, capacity, kept);
    values = grown(values, capacity, kept);
    float[] lengths = new float[Math.multiplyExact(capacity, heads)];
    System.arraycopy(keyLengths, 0, lengths, 0, kept * heads);
    keyLengths = lengths;
  }

  private Matrix grown(Matrix matrix, int capacity, int kept) {
    Matrix larger = Matrix.allocate(capacity, width);
    float[] row = new float[width];
    for (int t = 0; t < kept; t++) {
      matrix.read(t, row);
      larger.write(t, row);
    }
    matrix.close();
    return larger;
  }

  /** Returns the bytes for each token. */
  static long bytesPerToken(AttentionShape shape) {
    return Float.BYTES * (2L * shape.keyWidth() + shape.keyValueHeads());
  }

  @Override
  public void close() {
    keys.close();
    values.close();
  }
}
