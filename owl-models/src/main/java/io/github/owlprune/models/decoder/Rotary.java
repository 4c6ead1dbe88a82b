package io.github.owlprune.models.decoder;

/**
 * Rotary positions (arXiv 2104.09864) in the layout of Hugging Face checkpoints: of the first n
 * dimensions of a head, dimension i turns with dimension {@code i + n/2}, at position p by the
 * angle {@code p · f_i}; the others stay.
 */
public final class Rotary {
  private final int headSize;
  private final int half;
  private final float[] frequencies;
  private final float[] farFrequencies;
  private final int near;
  private final double length;
  private boolean far;
  private float[] cosines = new float[0]; // [positions, n/2]
  private float[] sines = new float[0];

  /**
   * Keeps the frequencies.
   *
   * @param headSize values a head
   * @param frequencies f_i in radians a position, n/2 of them, at most {@code headSize/2}
   */
  public Rotary(int headSize, float[] frequencies) {
    this(headSize, frequencies, frequencies, Integer.MAX_VALUE, 1);
  }

  /**
   * Keeps frequencies that depend on the sequence's length.
   *
   * @param headSize values a head
   * @param frequencies f_i in radians a position, n/2 of them, at most {@code headSize/2}
   * @param farFrequencies f_i in longer sequences, n/2 of them
   * @param near the longest sequence, in tokens, that has the former
   * @param length what the turned values are multiplied by
   */
  public Rotary(
      int headSize, float[] frequencies, float[] farFrequencies, int near, double length) {
    this.headSize = headSize;
    this.half = frequencies.length;
    this.frequencies = frequencies.clone();
    this.farFrequencies = farFrequencies.clone();
    this.near = near;
    this.length = length;
  }

  /**
   * For a model whose heads do not turn, because its positions are in the embeddings.
   *
   * @param headSize values a head
   * @return turns nothing
   */
  public static Rotary none(int headSize) {
    return new Rotary(headSize, new float[0]);
  }

  /** Makes sure that the positions of a sequence have their tables. Not thread-safe. */
  void prepare(int positions) {
    boolean nowFar = positions > near;
    if (cosines.length >= positions * half && far == nowFar) {
      return;
    }
    far = nowFar;
    float[] f = far ? farFrequencies : frequencies;
    cosines = new float[positions * half];
    sines = new float[positions * half];
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < half; i++) {
        // The angle is rounded to float first, as the models were trained and are run.
        float angle = p * f[i];
        cosines[p * half + i] = (float) (Math.cos(angle) * length);
        sines[p * half + i] = (float) (Math.sin(angle) * length);
      }
    }
  }

  /** Turns every head of a row that stands at a position, and scales it. */
  void turn(float[] row, int heads, int position, float scale) {
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
}
