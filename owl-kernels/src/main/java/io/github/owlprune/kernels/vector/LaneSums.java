package io.github.owlprune.kernels.vector;

/** Sums of the lanes of vectors, always in the same order. */
abstract class LaneSums {
  /**
   * Computes {@code y[at + r] = Σ_l lanes[first + r * step, l]}, by halves.
   *
   * @param lanes vectors, one after the other
   * @param first the first vector
   * @param step the distance of two
   * @param y receives the sums
   * @param at where they begin
   * @param count the number of sums
   */
  abstract void sum(float[] lanes, int first, int step, float[] y, int at, int count);
}
