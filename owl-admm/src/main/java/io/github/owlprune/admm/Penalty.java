package io.github.owlprune.admm;

/**
 * The growing penalty ρ (ALPS, arXiv 2406.07831, section 3.2). Every three rounds it grows by 30 %
 * if as many places of the support as a tenth of the kept weights came or went since, by 20 % if
 * 0.5 %, by 10 % if fewer. After 30 rounds or more, and 300 at most, it is enough when fewer than
 * 0.1 % did: the rounds after those change the error by less than a thousandth of it.
 *
 * <p>At first ρ is the eigenvalue that a tenth of all lie below. While ρ is larger than an
 * eigenvalue, a round hardly moves B along its vector, so a support that is chosen under a larger ρ
 * knows nothing of that direction; the paper's 0.1 is too large for inputs that are far from
 * independent, such as those of an attention's output projection.
 */
final class Penalty {
  /** Rounds between two looks at the support. */
  static final int ROUNDS = 3;

  private static final int LEAST_ROUNDS = 30;
  private static final int MOST_ROUNDS = 300;
  private static final double SETTLED = 1e-3;

  /** The paper's start; nothing was ever gained by a later one. */
  private static final double LATEST = 0.1;

  /** Below this only the dampening speaks, and the way up would be long. */
  private static final double EARLIEST = 1e-3;

  private final long kept;
  private double rho;
  private int rounds;
  private boolean settled;

  /**
   * At the beginning.
   *
   * @param kept how many weights stay
   * @param low the eigenvalue that a tenth of all lie below
   */
  Penalty(long kept, double low) {
    this.kept = kept;
    this.rho = Math.max(EARLIEST, Math.min(LATEST, low));
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
