package io.github.owlprune.pruning;

import com.google.common.base.Stopwatch;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.measure.DenseSweep;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.SequencesInFlight;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prunes a model by a plan with statistics of the dense model's activations. If the measuring sweep
 * kept them, nothing is sent through the model again; otherwise one forward pass of the dense model
 * gathers them.
 */
public final class DenseActivationsPruning {
  private final Run run;
  private final Plan plan;
  private final DenseSweep dense;
  private final PruningSteps steps;

  /**
   * Prepares a run.
   *
   * @param run the run
   * @param plan the plan, which fits the run's model
   * @param compressor the strategy
   * @param dense the sweep over the dense model
   */
  public DenseActivationsPruning(Run run, Plan plan, Compressor compressor, DenseSweep dense) {
    this.run = run;
    this.plan = plan;
    this.dense = dense;
    this.steps = new PruningSteps(run, plan, compressor);
  }

  /**
   * Prunes the model.
   *
   * @return the record of the run
   */
  public Report prune() {
    boolean kept = plan.blocks().stream().allMatch(block -> dense.keeps(block.name()));
    return steps.reported(() -> kept ? byKeptStatistics() : byForwardPass());
  }

  private List<Report.PrunedBlock> byKeptStatistics() {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    run.sweep()
        .where(
            b -> {
              boolean planned = plan.block(steps.name(b)).isPresent();
              if (!planned) {
                steps.skip(b);
              }
              return planned;
            })
        .accept(
            visit -> {
              Stopwatch watch = Stopwatch.createStarted();
              Plan.PlannedBlock planned = plan.block(visit.block().name()).orElseThrow();
              try (BlockStatistics statistics = dense.take(planned.name())) {
                List<Report.PrunedLinear> linears =
                    steps.compressAndSave(visit, planned, statistics);
                pruned.add(PruningSteps.record(planned, linears, watch));
              }
              steps.skip(visit.index());
            });
    return pruned;
  }

  private List<Report.PrunedBlock> byForwardPass() {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    int last = plan.lastBlock(run.model());
    try (SequencesInFlight flight = run.embed(run.sequences())) {
      run.sweep()
          .where(b -> b <= last)
          .accept(visit -> advanceAndPrune(visit, flight, visit.index() == last, pruned));
    }
    return pruned;
  }

  /** Sends the sequences through the dense block, gathering statistics, and then compresses it. */
  private void advanceAndPrune(
      Visit visit, SequencesInFlight flight, boolean last, List<Report.PrunedBlock> pruned) {
    Stopwatch watch = Stopwatch.createStarted();
    Optional<Plan.PlannedBlock> planned = plan.block(visit.block().name());
    StatisticsRequest request =
        planned.map(p -> steps.request(visit, p)).orElse(StatisticsRequest.NONE);
    try (BlockStatistics statistics =
        run.pass(
            "prune: observe",
            PruningSteps.activity(visit),
            Passage.OBSERVE.pieces() + Passage.ADVANCE.pieces(),
            flight,
            visit.open(),
            last ? Passage.OBSERVE : Passage.ADVANCE,
            request)) {
      planned.ifPresent(
          p -> {
            List<Report.PrunedLinear> linears = steps.compressAndSave(visit, p, statistics);
            pruned.add(PruningSteps.record(p, linears, watch));
          });
    }
  }
}
