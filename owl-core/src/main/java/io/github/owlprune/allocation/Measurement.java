package io.github.owlprune.allocation;

/** What an allocator needs to know about the dense model. */
public enum Measurement {
  /** Nothing but names and shapes; no pass over the model is made. */
  NONE("measured", false),
  /** The outlier ratio of every unit in per cent, from one forward pass of the dense model. */
  OUTLIER_RATIOS("outlier ratio %", true),
  /** The median score of every unit, from one forward pass of the dense model. */
  MEDIAN_SCORES("median score", true),
  /**
   * The share of every unit that goes if the S · N lowest of all N scores of the model go, from one
   * forward pass of the dense model.
   */
  GLOBAL_SHARES("share below", true),
  /**
   * How much the mean loss rises when the unit alone is pruned to S, from half a forward pass a
   * unit on a few sequences that are kept apart. Only for a {@link
   * io.github.owlprune.model.LossModel}.
   */
  LOSS_RISES("loss rise", true),
  /**
   * The exponent of a power law fitted to the tail of the squared singular values of every linear,
   * from the weights alone; a block's is the mean over its linears.
   */
  SPECTRAL_EXPONENTS("spectral exponent", false);

  private final String title;
  private final boolean needsInputs;

  Measurement(String title, boolean needsInputs) {
    this.title = title;
    this.needsInputs = needsInputs;
  }

  /**
   * Heads a column of a table.
   *
   * @return a few words, with the unit
   */
  public String title() {
    return title;
  }

  /**
   * Whether a calibration must run through the model.
   *
   * @return false if names, shapes and weights are enough
   */
  public boolean needsInputs() {
    return needsInputs;
  }
}
