package io.github.owlprune.allocation;

import java.util.Arrays;

/**
 * Assigns levels from 0 to L − 1 to a sequence of units, non-increasing along the sequence, such
 * that {@code Σ n_u · level_u} is as close as possible to a target; ties are broken by the lowest
 * cost.
 *
 * <p>Uses dynamic programming over the units. The state is the last level and the sum so far; for
 * each state, only the cheapest predecessor is kept:
 *
 * <pre>
 *   f_u(l, σ + n_u · l) = cost_u(l) + min { f_{u−1}(l', σ) : l' ≥ l }
 * </pre>
 *
 * <p>Sums are counted in multiples of the greatest common divisor of the n_u. The units of a
 * network usually have only a few sizes with a large common divisor, so there are few distinct
 * sums: units · L if all sizes are equal. If the tables would exceed 128 MiB, as many adjacent sums
 * as needed share a state. Each unit then adds less than the width of a state to the distance from
 * the target, and the cost is minimal only among the retained states.
 */
final class MonotoneLevels {
  private static final long MOST_BYTES = 128L << 20;
  private static final int BYTES_OF_SUMS = 4 * Long.BYTES; // sum and cost, before and after a unit

  private final long[] weights;
  private final double[][] costs;
  private final int levels;
  private final long width;
  private final int states;

  private long[][] sums;
  private double[][] least;
  private final int[][][] cameFrom;

  /**
   * Prepares the tables for a sequence of units.
   *
   * @param weights n, at least 1 each
   * @param costs {@code [units][levels]}, finite
   */
  MonotoneLevels(long[] weights, double[][] costs) {
    this(weights, costs, MOST_BYTES);
  }

  MonotoneLevels(long[] weights, double[][] costs, long mostBytes) {
    this.weights = weights;
    this.costs = costs;
    this.levels = costs[0].length;
    long divisor = Arrays.stream(weights).reduce(0, MonotoneLevels::divisor);
    long highest = Arrays.stream(weights).sum() * (levels - 1);
    long bytes = levels * ((long) Integer.BYTES * weights.length + BYTES_OF_SUMS);
    long allowed = Math.max(1, mostBytes / bytes);
    this.width = divisor * (highest / divisor / allowed + 1);
    this.states = (int) (highest / width) + 1;
    this.sums = new long[levels][states];
    this.least = new double[levels][states];
    this.cameFrom = new int[weights.length][levels][states];
  }

  private static long divisor(long a, long b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  /** Returns the width of a state in weights: the common divisor if all sums are distinguished. */
  long width() {
    return width;
  }

  /**
   * Finds the assignment.
   *
   * @param target the sum to approximate; a target halfway between two sums is detected exactly
   * @return one level per unit
   */
  int[] nearest(double target) {
    for (double[] row : least) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    least[levels - 1][0] = 0; // before the first unit every level is allowed
    for (int u = 0; u < weights.length; u++) {
      add(u);
    }
    int level = 0;
    int state = 0;
    for (int l = 0; l < levels; l++) {
      for (int s = 0; s < states; s++) {
        if (least[l][s] < Double.POSITIVE_INFINITY && better(l, s, level, state, target)) {
          level = l;
          state = s;
        }
      }
    }
    return backFrom(level, sums[level][state]);
  }

  private void add(int u) {
    long[][] nextSums = new long[levels][states];
    double[][] next = new double[levels][states];
    long[] sumOfBest = new long[states];
    double[] best = new double[states];
    int[] levelOfBest = new int[states];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int l = levels - 1; l >= 0; l--) {
      Arrays.fill(next[l], Double.POSITIVE_INFINITY);
      for (int s = 0; s < states; s++) {
        if (least[l][s] < best[s]) {
          best[s] = least[l][s];
          sumOfBest[s] = sums[l][s];
          levelOfBest[s] = l;
        }
      }
      for (int s = 0; s < states; s++) {
        if (best[s] < Double.POSITIVE_INFINITY) {
          long sum = sumOfBest[s] + weights[u] * l;
          int state = (int) (sum / width);
          double cost = best[s] + costs[u][l];
          if (cost < next[l][state]) {
            next[l][state] = cost;
            nextSums[l][state] = sum;
            cameFrom[u][l][state] = levelOfBest[s];
          }
        }
      }
    }
    least = next;
    sums = nextSums;
  }

  private boolean better(int l, int s, int level, int state, double target) {
    if (least[level][state] == Double.POSITIVE_INFINITY) {
      return true;
    }
    double distance = Math.abs(sums[l][s] - target);
    double current = Math.abs(sums[level][state] - target);
    return distance < current || (distance == current && least[l][s] < least[level][state]);
  }

  /** Traces back: a state's sum minus the last unit's part is its predecessor's exact sum. */
  private int[] backFrom(int lastLevel, long lastSum) {
    int[] result = new int[weights.length];
    int level = lastLevel;
    long sum = lastSum;
    for (int u = weights.length - 1; u >= 0; u--) {
      result[u] = level;
      int from = cameFrom[u][level][(int) (sum / width)];
      sum -= weights[u] * level;
      level = from;
    }
    return result;
  }
}
