package io.github.owlprune;

import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.allocation.OutlierDistribution;
import io.github.owlprune.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the measurement that an allocator asks for. */
record Measuring(
    LinearChoice linears, Granularity granularity, double sparsity, double outlierThreshold) {
  /** How much progress it will tell. */
  long pieces(Measurement what, Model model, Run run) {
    return switch (what) {
      case NONE -> 0;
      case OUTLIER_RATIOS, MEDIAN_SCORES, GLOBAL_SHARES -> DensePass.pieces(model, run);
      case LOSS_RISES -> LossRise.pieces(run, linears, granularity);
    };
  }

  @Nullable Measured make(Measurement what, Run run) {
    return switch (what) {
      case NONE -> null;
      case OUTLIER_RATIOS -> ratios(DensePass.measure(run, linears, outlierThreshold));
      case MEDIAN_SCORES ->
          new Measured(DensePass.over(run, linears, s -> new MedianScore(s).measure()));
      case GLOBAL_SHARES -> new GlobalThreshold(run, linears).measure(sparsity);
      case LOSS_RISES -> new LossRise(run, linears, granularity, sparsity).measure();
    };
  }

  private Measured ratios(OutlierDistribution outliers) {
    double[] blocks = outliers.blockRatios(outlierThreshold);
    List<Measured.OfBlock> measured = new ArrayList<>();
    for (int b = 0; b < blocks.length; b++) {
      double[] linear = outliers.linearRatios(b, outlierThreshold);
      measured.add(new Measured.OfBlock(blocks[b], Arrays.stream(linear).boxed().toList()));
    }
    return new Measured(measured);
  }
}
