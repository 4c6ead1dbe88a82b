package io.github.owlprune.pipeline;

/** The way in which sequences pass through an open block. */
public enum Passage {
  /** Computes the inputs of the linears; the sequences stay in front of the block. */
  OBSERVE(3),

  /** Replaces the hidden states by the block's output, which enters the next block. */
  ADVANCE(4);

  private final int pieces;

  Passage(int pieces) {
    this.pieces = pieces;
  }

  /**
   * Returns the progress that one sequence counts for; observing omits the block's last product.
   *
   * @return pieces of work
   */
  public int pieces() {
    return pieces;
  }
}
