package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.model.LossModel;
import java.util.List;

/**
 * What a {@link Tuning} takes at most, from shapes and settings alone.
 *
 * @param scoringSequences how many of the first calibration sequences pass through the dense model
 *     once
 * @param judgingSequences how many of the last ones the candidates are judged on
 * @param passes how many passes through all blocks each judging sequence makes
 * @param losses how often its loss is computed
 * @param reads how often the blocks' weights are read
 */
public record TuningCost(
    int scoringSequences, int judgingSequences, double passes, long losses, double reads) {

  static TuningCost of(LossModel model, List<int[]> sequences, TuningSettings settings) {
    JudgingSplit split = JudgingSplit.of(sequences);
    double blocks = model.blocks().size();
    // A candidate, or the dense model beside them, goes through all blocks.
    double forwards = (settings.candidates() + 1) * blocks;
    double opens = blocks + forwards;
    long losses = settings.candidates() + 1L;
    for (Allocator allocator : settings.allocators()) {
      Measurement measurement = allocator.measurement();
      JudgedLoss.Work work =
          switch (measurement) {
            case LOSS_FALLS ->
                new LossFall(settings.linears(), Granularity.BLOCK, settings.sparsity())
                    .work(model);
            case NONE -> new JudgedLoss.Work(0, 0, 0);
            case OUTLIER_RATIOS, MEDIAN_SCORES, GLOBAL_SHARES, SPECTRAL_EXPONENTS ->
                new JudgedLoss.Work(0, 0, model.blocks().size());
          };
      forwards += work.forwards();
      losses += work.losses();
      opens += work.opens();
    }
    return new TuningCost(
        split.scoring().size(), split.judging().size(), forwards / blocks, losses, opens / blocks);
  }
}
