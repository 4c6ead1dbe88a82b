package io.github.owlprune.measure;

import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import io.github.owlprune.measure.OutlierDistribution.LinearOutliers;
import io.github.owlprune.model.LinearRef;
import java.util.LinkedHashMap;
import java.util.Map;

/** The outlier ratio of every block and linear in percent (arXiv 2310.05175, section 3.1). */
record OutlierRatios() implements Measurement {
  @Override
  public String name() {
    return "OUTLIER_RATIOS";
  }

  @Override
  public String title() {
    return "outlier ratio %";
  }

  @Override
  public Measured measure(DenseModel dense) {
    OutlierDistribution outliers =
        DenseOutliers.measure(dense.sweep(), dense.outlierThreshold()).ratios();
    Map<String, Double> blocks = new LinkedHashMap<>();
    Map<LinearRef, Double> linears = new LinkedHashMap<>();
    for (BlockOutliers block : outliers.blocks()) {
      blocks.put(block.name(), block.ratio(0));
      for (LinearOutliers linear : block.linears()) {
        linears.put(new LinearRef(block.name(), linear.name()), linear.ratio(0));
      }
    }
    return new Measured(blocks, linears);
  }
}
