package io.github.owlprune;

import java.util.Arrays;

/**
 * Gives each of a row of units a level from 0 to L − 1, none higher than the unit before it, so
 * that {@code Σ n_u · level_u} comes as near as possible to a target; of those that come equally
 * near, the assignment of least cost.
 *
 * <p>Dynamic programming over the units. The state is the last level and the sum so far, and of all
 * ways into a state only the cheapest is kept:
 *
 * <pre>
 *   f_u(l, σ + n_u · l) = cost_u(l) + min { f_{u−1}(l', σ) : l' ≥ l }
 * </pre>
 *
 * <p>Sums are counted in the greatest common divisor of the n_u. A network's units mostly have few
 * sizes with a large divisor, so there are few sums: units · L for equal ones. Where the tables
 * would exceed 128 MiB, as many neighbouring sums as needed share a state; each unit then adds less
 * than the width of a state to the distance from the target, and the cost is the least of what was
 * kept.
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
   * Of units.
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

  /** How many neighbouring sums share a state, in weights: the divisor if all are told apart. */
  long width() {
    return width;
  }

  /**
   * Finds the assignment.
   *
   * @param target the sum to come near to; that it lies half-way between two sums is seen exactly
   * @return a level for each unit
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

  /** A state's sum less the last unit's share is the exact sum of the state it came from. */
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
