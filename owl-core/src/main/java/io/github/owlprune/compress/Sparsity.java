package io.github.owlprune.compress;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Locale;

/** The sparsity target of a linear: the fraction of zeros and their pattern. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(Sparsity.Unstructured.class),
  @JsonSubTypes.Type(Sparsity.NOfM.class)
})
public sealed interface Sparsity extends Target {
  /**
   * Returns the requested fraction of zeros.
   *
   * @return in [0, 1)
   */
  @JsonIgnore
  double zeros();

  /**
   * Converts a fraction to a number of zeros, {@code floor(count · share + 1e-6)}; every strategy
   * uses this rule. The small term is needed because 100 · 0.29 is 28.999… in doubles.
   *
   * @param count the number of weights to choose from, at least 0
   * @param share the fraction to remove, in [0, 1]
   * @return the number of weights to remove
   */
  static long zerosAmong(long count, double share) {
    return (long) Math.floor(count * share + 1e-6);
  }

  /**
   * Unstructured sparsity: zeros at any position.
   *
   * @param share the fraction of zeros, in [0, 1)
   */
  record Unstructured(double share) implements Sparsity {
    /**
     * Checks the fraction.
     *
     * @param share the fraction of zeros, in [0, 1)
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
      return String.format(Locale.ROOT, "%.4f", share);
    }
  }

  /**
   * N:M sparsity: {@code kept} weights remain in every aligned window of {@code of} columns of a
   * row.
   *
   * @param kept the number of weights kept per window, from 1 to {@code of}
   * @param of the window's width, at least 2
   */
  record NOfM(int kept, int of) implements Sparsity {
    /**
     * Checks the pattern.
     *
     * @param kept the number of weights kept per window, from 1 to {@code of}
     * @param of the window's width, at least 2
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
