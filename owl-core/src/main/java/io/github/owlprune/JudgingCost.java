package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.model.LossModel;
import java.util.List;

/**
 * What judging pruned variants of a model takes at most, from shapes and settings alone; the dense
 * pass over the scoring sequences comes on top.
 *
 * @param scoringSequences how many of the first calibration sequences the scores are made from
 * @param judgingSequences how many of the last ones the variants are judged on
 * @param variants how many variants' hidden states are kept at once
 * @param passes how many passes through all blocks each judging sequence makes
 * @param losses how often its loss is computed
 * @param reads how often the blocks' weights are read
 */
public record JudgingCost(
    int scoringSequences,
    int judgingSequences,
    int variants,
    double passes,
    long losses,
    double reads) {

  /** Of measuring what an allocator asks for. */
  static JudgingCost of(LossModel model, List<int[]> sequences, LossRise rise) {
    JudgingSplit split = JudgingSplit.of(sequences);
    JudgedLoss.Work work = rise.work(model);
    double blocks = model.blocks().size();
    return new JudgingCost(
        split.scoring().size(),
        split.judging().size(),
        Math.toIntExact(work.losses()),
        work.forwards() / blocks,
        work.losses(),
        work.opens() / blocks);
  }

  /** Of a search: its measurements, every candidate, and the dense model beside them. */
  static JudgingCost of(LossModel model, List<int[]> sequences, TuningSettings settings) {
    LossRise rise = new LossRise(settings.linears(), Granularity.BLOCK, settings.sparsity());
    JudgingCost measured = of(model, sequences, rise);
    int judged = settings.candidates() + 1;
    double passes = judged;
    double reads = judged;
    long losses = judged;
    for (Allocator allocator : settings.allocators()) {
      if (allocator.measurement() == Measurement.LOSS_RISES) {
        passes += measured.passes();
        losses += measured.losses();
        reads += measured.reads();
      } else if (allocator.measurement() != Measurement.NONE) {
        reads++;
      }
    }
    return new JudgingCost(
        measured.scoringSequences(),
        measured.judgingSequences(),
        Math.max(judged, measured.variants()),
        passes,
        losses,
        reads);
  }
}
