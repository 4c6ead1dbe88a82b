package io.github.owlprune.benchmarks;

import io.github.owlprune.models.decoder.TensorShape;

/**
 * The values of one random tensor in order. They depend on the seed, the tensor's name and nothing
 * else, so a checkpoint's values are the same however it is cut into files.
 *
 * <p>Weights and biases are about normal with a standard deviation of {@value #DEVIATION}. Gains of
 * norms are about 1, but for some that are {@value #LOUD}: between one and eight of a hundred, a
 * share that each norm draws for itself. So the linears behind a norm have loud inputs, as those of
 * trained models have, and outlier ratios that differ from block to block.
 */
final class RandomValues {
  static final float DEVIATION = 0.02f;
  static final float LOUD = 8;

  private static final long STEP = 0x9e3779b97f4a7c15L;
  // Four numbers of 16 bits add up to this on average, and have this standard deviation.
  private static final int MEAN = 2 * 0xffff;
  private static final float SUM_DEVIATION = (float) (0x1p16 / Math.sqrt(3));

  private final boolean gain;
  private final float centre;
  private final double loudShare;
  private long state;

  /**
   * Begins a tensor.
   *
   * @param seed any number
   * @param tensor one of one dimension whose name ends in {@code weight} is a norm's gain
   * @param plusOne whether the model adds 1 to what is stored as a norm's gain
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

  /** The next value. */
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

  /** The next 64 bits of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
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
