package io.github.owlprune.measure;

import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.LossModel;
import java.util.List;

/**
 * An upper bound on the cost of judging pruned variants of a model, from shapes and settings alone.
 * The sweep over the dense model is not included.
 *
 * @param scoringSequences the number of calibration sequences that the scores are computed from
 * @param judgingSequences the number of sequences, the last ones, that variants are judged on
 * @param variants the number of variants whose hidden states are kept at once
 * @param passes the number of passes of each judging sequence through all blocks
 * @param losses the number of times that its loss is computed
 * @param reads the number of times that the weights of the blocks are read
 */
public record JudgingCost(
    int scoringSequences,
    int judgingSequences,
    int variants,
    double passes,
    long losses,
    double reads) {
  /**
   * Computes the cost of measuring loss rises.
   *
   * @param model the model
   * @param sequences the whole calibration
   * @param linears the selected linears
   * @param granularity the units that are pruned in turn
   * @param sparsity S
   * @return the cost
   * @throws IllegalArgumentException if there are fewer than 2 sequences
   */
  public static JudgingCost ofLossRises(
      LossModel model,
      List<int[]> sequences,
      LinearSelection linears,
      Granularity granularity,
      double sparsity) {
    JudgingSplit split = JudgingSplit.of(sequences);
    JudgedLoss.Work work = LossRises.work(model, linears, granularity, sparsity);
    double blocks = model.blocks().size();
    return new JudgingCost(
        split.scoring().size(),
        split.judging().size(),
        Math.toIntExact(work.losses()),
        work.forwards() / blocks,
        work.losses(),
        work.opens() / blocks);
  }
}
