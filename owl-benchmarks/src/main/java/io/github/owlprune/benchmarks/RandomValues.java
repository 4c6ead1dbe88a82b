package io.github.owlprune.benchmarks;

import io.github.owlprune.models.decoder.TensorShape;

/**
 * The values of one random tensor in order. They depend only on the seed and the tensor's name, so
 * a checkpoint's values are the same regardless of its division into files.
 *
 * <p>Weights and biases are approximately normal with a standard deviation of {@value #DEVIATION}.
 * Gains of norms are about 1, except for 1 to 8 % of them, a fraction drawn per norm, which are
 * {@value #LOUD}. As in trained models, the linears after a norm therefore have some inputs of
 * large magnitude, and outlier ratios differ from block to block.
 */
final class RandomValues {
  static final float DEVIATION = 0.02f;
  static final float LOUD = 8;

  private static final long STEP = 0x9e3779b97f4a7c15L;
  // The mean and standard deviation of the sum of four uniform 16-bit numbers.
  private static final int MEAN = 2 * 0xffff;
  private static final float SUM_DEVIATION = (float) (0x1p16 / Math.sqrt(3));

  private final boolean gain;
  private final float centre;
  private final double loudShare;
  private long state;

  /**
   * Starts a tensor.
   *
   * @param seed any number
   * @param tensor the tensor; a one-dimensional one with a name ending in {@code weight} is treated
   *     as a norm's gain
   * @param plusOne whether the model adds 1 to the stored gain of a norm
   */
  RandomValues(long seed, TensorShape tensor, boolean plusOne) {
    gain = tensor.shape().size() == 1 && tensor.name().endsWith("weight");
    centre = gain && !plusOne ? 1 : 0;
    state = mixed(seed);
    for (int i = 0; i < tensor.name().length(); i++) {
      state = mixed(state + STEP + tensor.name().charAt(i));
    }
    loudShare = 0.01 * (1 + Long.remainderUnsigned(mixed(~state), 8));
  }

  /** Returns the next value. */
  float next() {
    long bits = bits();
    long sum =
        (bits & 0xffff)
            + ((bits >>> 16) & 0xffff)
            + ((bits >>> 32) & 0xffff)
            + ((bits >>> 48) & 0xffff);
    float value = centre + (sum - MEAN) * (DEVIATION / SUM_DEVIATION);
    return gain && (bits() >>> 11) * 0x1p-53 < loudShare ? value + LOUD - 1 : value;
  }

  /** Returns the next 64 bits of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private long bits() {
    state += STEP;
    return mixed(state);
  }

  private static long mixed(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
