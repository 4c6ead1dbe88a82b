package io.github.owlprune.pruning;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How much of a linear goes, and in which pattern. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(Sparsity.Unstructured.class),
  @JsonSubTypes.Type(Sparsity.NOfM.class)
})
public sealed interface Sparsity {
  /**
   * The share of zeros asked for.
   *
   * @return in [0, 1)
   */
  @JsonIgnore
  double zeros();

  /**
   * The one rule by which every pruner turns a share into a count: {@code floor(count · share +
   * 1e-6)}. The small term is there because 100 · 0.29 is 28.999… in doubles.
   *
   * @param count weights to choose among, at least 0
   * @param share the share that goes, in [0, 1]
   * @return how many go
   */
  static long zerosAmong(long count, double share) {
    return (long) Math.floor(count * share + 1e-6);
  }

  /**
   * Zeros anywhere.
   *
   * @param share the share of zeros, in [0, 1)
   */
  record Unstructured(double share) implements Sparsity {
    /**
     * Checks the share.
     *
     * @param share the share of zeros, in [0, 1)
     */
    public Unstructured {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException(
            "a sparsity of " + share + " was given; it must be at least 0 and below 1");
      }
    }

    @Override
    public double zeros() {
      return share;
    }

    @Override
    public String toString() {
      return String.format(java.util.Locale.ROOT, "%.4f", share);
    }
  }

  /**
   * In every aligned window of {@code of} columns of a row, {@code kept} weights stay.
   *
   * @param kept weights kept in a window, from 1 to {@code of}
   * @param of the window's width
   */
  record NOfM(int kept, int of) implements Sparsity {
    /**
     * Checks the pattern.
     *
     * @param kept weights kept in a window, from 1 to {@code of}
     * @param of the window's width
     */
    public NOfM {
      if (kept < 1 || of < 2 || kept > of) {
        throw new IllegalArgumentException(
            "the pattern "
                + kept
                + ":"
                + of
                + " was given; N:M keeps N of every M weights, with 1 <= N <= M and M >= 2");
      }
    }

    @Override
    public double zeros() {
      return 1 - (double) kept / of;
    }

    @Override
    public String toString() {
      return kept + ":" + of;
    }
  }
}
