package io.github.owlprune;

import io.github.owlprune.allocation.OutlierDistribution;
import io.github.owlprune.allocation.OutlierDistribution.BlockOutliers;
import java.util.Arrays;
import java.util.List;

/**
 * The outlier ratios of the dense model, and the mean scores that they were counted against.
 *
 * @param means one for each block of the ratios
 */
record DenseOutliers(OutlierDistribution ratios, List<OutlierCount.Means> means) {
  private record Counted(BlockOutliers outliers, OutlierCount.Means means) {}

  static DenseOutliers measure(DensePass dense, double... thresholds) {
    List<Double> ascending = Arrays.stream(thresholds).distinct().sorted().boxed().toList();
    List<Counted> counted =
        dense.over(
            scores -> {
              OutlierCount count = new OutlierCount(scores);
              OutlierCount.Means means = count.means();
              return new Counted(count.above(means, ascending), means);
            });
    return new DenseOutliers(
        new OutlierDistribution(ascending, counted.stream().map(Counted::outliers).toList()),
        counted.stream().map(Counted::means).toList());
  }
}
