package io.github.owlprune.models.decoder;

/**
 * Attention with linear biases (arXiv 2108.12409): {@code slope_h · u} is added to the scores of
 * the key at position u. Only differences of positions matter to the softmax.
 *
 * <p>For a power of two H, head h of H has the slope {@code 2^(−8 (h + 1) / H)}. For another number
 * of heads, with the power of two P below it, the first P heads have the slopes of P heads, and the
 * others every second slope of 2P heads.
 */
public final class Alibi implements ScoreChange {
  private final int heads;
  private final boolean bfloat16;
  private final float factor;

  private Alibi(int heads, boolean bfloat16, float factor) {
    this.heads = heads;
    this.bfloat16 = bfloat16;
    this.factor = factor;
  }

  /**
   * Creates the biases of a number of heads.
   *
   * @param heads the number of query heads, at least 1
   */
  public Alibi(int heads) {
    this(heads, false, 1f);
  }

  /**
   * Creates the biases {@code factor · (slope_h · u)}, with slopes, positions and their products
   * rounded to bfloat16, as Falcon computes them.
   *
   * @param heads the number of query heads, at least 1
   * @param factor a factor for the rounded biases
   * @return the biases
   */
  public static Alibi inBfloat16(int heads, double factor) {
    return new Alibi(heads, true, (float) factor);
  }

  /** Returns the slope of a head. */
  float slope(int head) {
    int power = Integer.highestOneBit(heads);
    double share = head < power ? (head + 1) / (double) power : (head - power + 0.5) / power;
    return (float) Math.pow(2, -8 * share);
  }

  @Override
  public void apply(float[] scores, int count, int head, int firstKey) {
    float slope = slope(head);
    if (bfloat16) {
      float rounded = toBfloat16(slope);
      for (int i = 0; i < count; i++) {
        scores[i] += toBfloat16(rounded * toBfloat16(firstKey + i)) * factor;
      }
    } else {
      for (int i = 0; i < count; i++) {
        scores[i] += slope * (firstKey + i);
      }
    }
  }

  /** Rounds to the nearest bfloat16, to the even one if two are equally near. */
  private static float toBfloat16(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat((bits + 0x7FFF + (bits >>> 16 & 1)) & 0xFFFF0000);
  }
}
