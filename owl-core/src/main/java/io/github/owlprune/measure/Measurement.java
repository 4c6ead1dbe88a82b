package io.github.owlprune.measure;

import java.util.List;

/**
 * A number for every block, or every linear, of the dense model, from which an allocator computes
 * sparsities. Stateless.
 */
public interface Measurement {
  /**
   * Returns the name that plans record.
   *
   * @return upper case, words joined by underscores
   */
  String name();

  /**
   * Returns the heading of a table column.
   *
   * @return a few words, with the unit
   */
  String title();

  /**
   * Returns whether calibration sequences must run through the model.
   *
   * @return true unless overridden; false if names, shapes and weights are enough
   */
  default boolean needsInputs() {
    return true;
  }

  /**
   * Returns whether pruned variants are judged by their loss. The last quarter of the calibration,
   * at most 4 sequences, is then kept apart for it, and the model must be a {@link
   * io.github.owlprune.model.LossModel}.
   *
   * @return false unless overridden
   */
  default boolean judgesLoss() {
    return false;
  }

  /**
   * Measures the dense model.
   *
   * @param dense the model, its linears, and the settings of the allocation
   * @return a number for each block that has selected linears, and for each of those linears if
   *     linears are to get their own sparsity
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  Measured measure(DenseModel dense);

  /**
   * Returns the progress that {@link #measure} reports.
   *
   * @param dense the model to be measured
   * @return pieces of work; unless overridden, one sweep over the dense model, or none if no inputs
   *     are needed. An override counts what {@link #measure} passes to {@link
   *     DenseModel#forEachWeights}, for all blocks
   */
  default long pieces(DenseModel dense) {
    return needsInputs() ? dense.sweepPieces() : 0;
  }

  /**
   * Measures nothing, for allocators that need only names and shapes.
   *
   * @return the measurement without values
   */
  static Measurement none() {
    return new NoMeasurement();
  }

  /**
   * Measures the outlier ratio in percent, in one forward pass of the dense model (arXiv
   * 2310.05175, section 3.1).
   *
   * @return OWL's measurement
   */
  static Measurement outlierRatios() {
    return new OutlierRatios();
  }

  /**
   * Measures the median score, in one forward pass of the dense model (arXiv 2505.23807).
   *
   * @return DLP's measurement
   */
  static Measurement medianScores() {
    return new MedianScores();
  }

  /**
   * Measures the share of a unit's weights that is removed if the S · N lowest of all N scores of
   * the model are removed, in one forward pass of the dense model.
   *
   * @return the measurement of global pruning
   */
  static Measurement globalShares() {
    return new GlobalShares();
  }

  /**
   * Measures how much the mean loss rises when a unit alone is pruned to S, in half a forward pass
   * for each unit on the sequences that are kept apart.
   *
   * @return the measurement of sensitivity
   */
  static Measurement lossRises() {
    return new LossRises();
  }

  /**
   * Measures the exponent of a power law fitted to the tail of the squared singular values of each
   * linear; a block's is the mean over its linears (AlphaPruning, arXiv 2410.10912). Needs weights
   * only.
   *
   * @return AlphaPruning's measurement
   */
  static Measurement spectralExponents() {
    return new SpectralExponents();
  }

  /**
   * Returns the measurements of this library.
   *
   * @return each once
   */
  static List<Measurement> all() {
    return List.of(
        none(), outlierRatios(), medianScores(), globalShares(), lossRises(), spectralExponents());
  }
}
