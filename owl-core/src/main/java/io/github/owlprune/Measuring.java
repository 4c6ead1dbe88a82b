package io.github.owlprune;

import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.allocation.OutlierDistribution;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the measurement that an allocator asks for. */
record Measuring(
    Run run,
    LinearChoice linears,
    Granularity granularity,
    double sparsity,
    double outlierThreshold) {
  /** How much progress it will tell. */
  long pieces(Measurement what) {
    return switch (what) {
      case NONE -> 0;
      case OUTLIER_RATIOS, MEDIAN_SCORES, GLOBAL_SHARES ->
          DensePass.pieces(run.model(), run.sequences());
      case SPECTRAL_EXPONENTS -> SpectralExponents.pieces(run.model());
      case LOSS_RISES -> {
        JudgingSplit split = JudgingSplit.of(run.sequences());
        yield DensePass.pieces(run.model(), split.scoring())
            + rise().work(run.lossModel()).pieces(split.judging().size());
      }
    };
  }

  /**
   * Makes a measurement.
   *
   * @param alsoWatching is shown the blocks' inputs, if all sequences pass through the dense model
   */
  @Nullable Measured make(Measurement what, Function<Block, Tap> alsoWatching) {
    if (what != Measurement.LOSS_RISES) {
      List<int[]> sequences = what.needsInputs() ? run.sequences() : List.of();
      return make(what, new DensePass(run, linears, sequences, alsoWatching), List.of());
    }
    JudgingSplit split = JudgingSplit.of(run.sequences());
    return make(what, new DensePass(run, linears, split.scoring()), split.judging());
  }

  /** Makes a measurement from a dense pass that may have served others before. */
  @Nullable Measured make(Measurement what, DensePass dense, List<int[]> judging) {
    return switch (what) {
      case NONE -> null;
      case OUTLIER_RATIOS -> ratios(DenseOutliers.measure(dense, outlierThreshold).ratios());
      case MEDIAN_SCORES -> new Measured(dense.over(s -> new MedianScore(s).measure()));
      case GLOBAL_SHARES -> new GlobalThreshold(dense).measure(sparsity);
      case SPECTRAL_EXPONENTS -> new SpectralExponents(run, linears).measure();
      case LOSS_RISES -> rise().measure(run, dense, judging);
    };
  }

  private LossRise rise() {
    return new LossRise(linears, granularity, sparsity);
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
