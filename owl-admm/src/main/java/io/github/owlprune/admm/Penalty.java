package io.github.owlprune.admm;

/**
 * The growing penalty ρ (ALPS, arXiv 2406.07831, section 3.2). It is 0.1 at first. Every three
 * rounds it grows by 30 % if as many places of the support as a tenth of the kept weights came or
 * went since, by 20 % if 0.5 %, by 10 % if fewer. After 30 rounds or more, and 300 at most, it is
 * enough when fewer than 0.03 % did.
 */
final class Penalty {
  /** Rounds between two looks at the support. */
  static final int ROUNDS = 3;

  private static final double FIRST = 0.1;
  private static final int LEAST_ROUNDS = 30;
  private static final int MOST_ROUNDS = 300;
  private static final double SETTLED = 3e-4;

  private final long kept;
  private double rho = FIRST;
  private int rounds;
  private boolean settled;

  /**
   * At the beginning.
   *
   * @param kept how many weights stay
   */
  Penalty(long kept) {
    this.kept = kept;
  }

  /** ρ of the next rounds. */
  double rho() {
    return rho;
  }

  /** Whether there need be no further rounds. */
  boolean settled() {
    return settled;
  }

  /**
   * Takes in what {@link #ROUNDS} rounds did.
   *
   * @param changes how many places of the support came or went
   */
  void after(long changes) {
    rounds += ROUNDS;
    rho *= changes >= 0.1 * kept ? 1.3 : changes >= 0.005 * kept ? 1.2 : 1.1;
    boolean still = changes == 0 || changes < SETTLED * kept;
    settled = rounds >= MOST_ROUNDS || (rounds >= LEAST_ROUNDS && still);
  }
}
