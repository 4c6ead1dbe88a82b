package io.github.owlprune.admm;

/**
 * The growing penalty ρ (ALPS, arXiv 2406.07831, section 3.2). Every three rounds, ρ grows
 * according to the number of support changes since the last update, relative to the number of kept
 * weights: by 30 % for at least 10 %, by 20 % for at least 0.5 %, otherwise by 10 %. The iteration
 * stops after at least 30 rounds once fewer than 0.1 % changed, since further rounds change the
 * error by less than 0.1 % of its value, and after 300 rounds at most.
 *
 * <p>ρ starts at the 10th percentile of the eigenvalues. While ρ is larger than an eigenvalue, a
 * round hardly moves B along its eigenvector, so a support chosen under a larger ρ ignores that
 * direction. The paper's 0.1 is too large for strongly correlated inputs, such as those of an
 * attention output projection.
 */
final class Penalty {
  /** Rounds between two updates of ρ. */
  static final int ROUNDS = 3;

  private static final int LEAST_ROUNDS = 30;
  private static final int MOST_ROUNDS = 300;
  private static final double SETTLED = 1e-3;

  /** The largest initial value, the paper's; larger ones never gave better results. */
  private static final double LATEST = 0.1;

  /** The smallest initial value; below it the dampening dominates and ρ grows too slowly. */
  private static final double EARLIEST = 1e-3;

  private final long kept;
  private double rho;
  private int rounds;
  private boolean settled;

  /**
   * Initialises ρ.
   *
   * @param kept the number of weights to keep
   * @param low the 10th percentile of the eigenvalues
   */
  Penalty(long kept, double low) {
    this.kept = kept;
    this.rho = Math.max(EARLIEST, Math.min(LATEST, low));
  }

  /** Returns ρ for the next rounds. */
  double rho() {
    return rho;
  }

  /** Returns whether the iteration can stop. */
  boolean settled() {
    return settled;
  }

  /**
   * Updates ρ after {@link #ROUNDS} rounds.
   *
   * @param changes the number of positions that entered or left the support
   */
  void after(long changes) {
    rounds += ROUNDS;
    rho *= changes >= 0.1 * kept ? 1.3 : changes >= 0.005 * kept ? 1.2 : 1.1;
    boolean still = changes == 0 || changes < SETTLED * kept;
    settled = rounds >= MOST_ROUNDS || (rounds >= LEAST_ROUNDS && still);
  }
}
