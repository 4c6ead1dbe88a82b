package io.github.owlprune.models.decoder;

/**
 * The cosines and sines of a {@link Rotary} for the positions of one sequence. They belong to one
 * {@link Workspace}; tables that are long enough are reused for the next sequence and block.
 */
final class RotaryTable {
  private final Rotary rotary;
  private boolean ofLongSequences;
  private float[] cosines = new float[0]; // [positions, n/2]
  private float[] sines = new float[0]; // [positions, n/2]

  RotaryTable(Rotary rotary) {
    this.rotary = rotary;
  }

  /** Computes the tables for a sequence's positions, unless they are there. Not thread-safe. */
  void prepare(int tokens) {
    int pairs = rotary.pairs();
    boolean isLong = rotary.isLong(tokens);
    if (cosines.length >= tokens * pairs && ofLongSequences == isLong) {
      return;
    }
    ofLongSequences = isLong;
    float[] f = rotary.frequencies(isLong);
    cosines = new float[tokens * pairs];
    sines = new float[tokens * pairs];
    for (int p = 0; p < tokens; p++) {
      for (int i = 0; i < pairs; i++) {
        // The angle is rounded to float first, as in the models' training and in transformers.
        float angle = p * f[i];
        cosines[p * pairs + i] = (float) (Math.cos(angle) * rotary.attentionFactor());
        sines[p * pairs + i] = (float) (Math.sin(angle) * rotary.attentionFactor());
      }
    }
  }

  /**
   * Rotates every head of a token's row and multiplies it by a scale, in place.
   *
   * @param row {@code [heads, head size]}
   * @param heads the number of heads
   * @param position the token's position, below the prepared number of tokens
   * @param scale a factor for all dimensions, rotated or not
   */
  void rotate(float[] row, int heads, int position, float scale) {
    if (rotary.isInterleaved()) {
      rotateNeighbours(row, heads, position, scale);
    } else {
      rotateHalves(row, heads, position, scale);
    }
  }

  private void rotateHalves(float[] row, int heads, int position, float scale) {
    int half = rotary.pairs();
    int headSize = rotary.headSize();
    int table = position * half;
    for (int h = 0; h < heads; h++) {
      int first = h * headSize;
      int second = first + half;
      for (int i = 0; i < half; i++) {
        float a = row[first + i];
        float b = row[second + i];
        float cos = cosines[table + i];
        float sin = sines[table + i];
        row[first + i] = (a * cos - b * sin) * scale;
        row[second + i] = (b * cos + a * sin) * scale;
      }
      for (int i = first + 2 * half; i < first + headSize; i++) {
        row[i] *= scale;
      }
    }
  }

  private void rotateNeighbours(float[] row, int heads, int position, float scale) {
    int pairs = rotary.pairs();
    int headSize = rotary.headSize();
    int table = position * pairs;
    for (int h = 0; h < heads; h++) {
      int first = h * headSize;
      for (int i = 0; i < pairs; i++) {
        float a = row[first + 2 * i];
        float b = row[first + 2 * i + 1];
        float cos = cosines[table + i];
        float sin = sines[table + i];
        row[first + 2 * i] = (a * cos - b * sin) * scale;
        row[first + 2 * i + 1] = (b * cos + a * sin) * scale;
      }
      for (int i = first + 2 * pairs; i < first + headSize; i++) {
        row[i] *= scale;
      }
    }
  }
}
