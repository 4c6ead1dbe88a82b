package io.github.owlprune.measure;

import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outlier ratios of the dense model, and the mean scores that they were counted against.
 *
 * @param ratios the ratios for each threshold
 * @param means the means by the block's name
 */
public record DenseOutliers(OutlierDistribution ratios, Map<String, OutlierCount.Means> means) {
  /**
   * Counts the outliers of every block that has selected linears.
   *
   * @param dense the sweep over the dense model
   * @param thresholds the thresholds M, in any order
   * @return ratios and means in the model's order
   */
  public static DenseOutliers measure(DenseSweep dense, double... thresholds) {
    List<Double> ascending = Arrays.stream(thresholds).distinct().sorted().boxed().toList();
    Map<String, OutlierCount.Means> means = new LinkedHashMap<>();
    Map<String, BlockOutliers> counted =
        dense.forEachScores(
            scores -> {
              OutlierCount count = new OutlierCount(scores);
              OutlierCount.Means own = count.means();
              means.put(scores.weights().block().name(), own);
              return count.above(own, ascending);
            });
    return new DenseOutliers(
        new OutlierDistribution(ascending, new ArrayList<>(counted.values())), means);
  }
}
