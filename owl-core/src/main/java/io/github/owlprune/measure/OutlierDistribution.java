package io.github.owlprune.measure;

import java.util.List;

/**
 * The layerwise outlier distribution (arXiv 2310.05175, section 3.1): the share of a unit's weights
 * whose score exceeds M times the unit's mean, {@code D = 100 · #{A > M · mean A} / #A} with {@code
 * A_ij = |W_ij| · ‖x_j‖₂}, for several thresholds M at once.
 *
 * @param thresholds the thresholds M, ascending
 * @param blocks the outliers of every block that has selected linears, in the model's order
 */
public record OutlierDistribution(List<Double> thresholds, List<BlockOutliers> blocks) {
  /**
   * Copies the lists.
   *
   * @param thresholds the thresholds M, ascending
   * @param blocks the outliers of every block that has selected linears, in the model's order
   */
  public OutlierDistribution {
    thresholds = List.copyOf(thresholds);
    blocks = List.copyOf(blocks);
  }

  /**
   * The outliers of a block, with mean and count over all of its linears together.
   *
   * @param name the block's name
   * @param weights the number of weights that were scored
   * @param outliers the number of outliers for each threshold
   * @param linears the same for each linear alone, against its own mean
   */
  public record BlockOutliers(
      String name, long weights, List<Long> outliers, List<LinearOutliers> linears) {
    /**
     * Copies the lists.
     *
     * @param name the block's name
     * @param weights the number of weights that were scored
     * @param outliers the number of outliers for each threshold
     * @param linears the same for each linear alone, against its own mean
     */
    public BlockOutliers {
      outliers = List.copyOf(outliers);
      linears = List.copyOf(linears);
    }

    /** Returns the outlier ratio in percent for the threshold of an index. */
    double ratio(int threshold) {
      return 100.0 * outliers.get(threshold) / weights;
    }
  }

  /**
   * The outliers of a linear against its own mean.
   *
   * @param name the linear's name within its block
   * @param weights the number of weights that were scored
   * @param outliers the number of outliers for each threshold
   */
  public record LinearOutliers(String name, long weights, List<Long> outliers) {
    /**
     * Copies the list.
     *
     * @param name the linear's name within its block
     * @param weights the number of weights that were scored
     * @param outliers the number of outliers for each threshold
     */
    public LinearOutliers {
      outliers = List.copyOf(outliers);
    }

    /** Returns the outlier ratio in percent for the threshold of an index. */
    double ratio(int threshold) {
      return 100.0 * outliers.get(threshold) / weights;
    }
  }

  /**
   * Returns the outlier ratios of the blocks.
   *
   * @param threshold M, one of {@link #thresholds}
   * @return percent, one for each block
   * @throws IllegalArgumentException if that threshold was not measured
   */
  public double[] blockRatios(double threshold) {
    int m = index(threshold);
    return blocks.stream().mapToDouble(b -> b.ratio(m)).toArray();
  }

  /**
   * Returns the outlier ratios of the linears of a block, each against its own mean.
   *
   * @param block the block's index
   * @param threshold M, one of {@link #thresholds}
   * @return percent, one for each linear
   * @throws IllegalArgumentException if that threshold was not measured
   */
  public double[] linearRatios(int block, double threshold) {
    int m = index(threshold);
    return blocks.get(block).linears().stream().mapToDouble(l -> l.ratio(m)).toArray();
  }

  private int index(double threshold) {
    int m = thresholds.indexOf(threshold);
    if (m < 0) {
      throw new IllegalArgumentException(
          "outliers were counted for M = " + thresholds + ", not for M = " + threshold);
    }
    return m;
  }
}
