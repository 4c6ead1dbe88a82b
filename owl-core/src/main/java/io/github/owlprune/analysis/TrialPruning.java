package io.github.owlprune.analysis;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.measure.BlockScores;
import io.github.owlprune.measure.BlockWeights;
import io.github.owlprune.measure.DenseOutliers;
import io.github.owlprune.measure.OutlierCount;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.SequencesInFlight;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.pruning.BlockCompression;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Prunes a model on trial: every block is compressed as in a run, on inputs that passed through the
 * compressed blocks before it; then the outliers of its weights are counted, and it is closed
 * unsaved.
 *
 * @param name the name of the trial
 * @param plan the plan, which fits the model
 * @param compressor the strategy
 */
public record TrialPruning(String name, Plan plan, Compressor compressor) {
  private static final int OBSERVE = Passage.OBSERVE.pieces();
  private static final int ADVANCE = Passage.ADVANCE.pieces();

  /**
   * Returns the progress that a trial reports.
   *
   * @param run the run
   * @return pieces of work
   */
  public static long pieces(Run run) {
    return (long) run.model().blocks().size() * run.sequences().size() * (OBSERVE + ADVANCE);
  }

  /**
   * Prunes on trial and counts the outliers.
   *
   * @param run the run
   * @param linears the linears whose outliers are counted
   * @param dense the outliers of the dense model, whose means are the reference
   * @param remarks receives the strategy's remarks, each with the names of the trial and the linear
   * @return the outliers of the pruned model
   */
  public AnalysisResult.AfterPruning measure(
      Run run, LinearSelection linears, DenseOutliers dense, List<String> remarks) {
    List<Report.PrunedLinear> pruned = new ArrayList<>();
    List<BlockOutliers> counted = new ArrayList<>();
    int last = run.model().blocks().size() - 1;
    try (SequencesInFlight flight = run.embed(run.sequences())) {
      run.sweep()
          .accept(
              visit -> {
                List<Report.PrunedLinear> ofBlock =
                    pruneAndCount(run, visit, flight, linears, dense, counted);
                pruned.addAll(ofBlock);
                addRemarks(visit.block(), ofBlock, remarks);
                advance(run, visit, flight, visit.index() == last);
              });
    }
    long weights = pruned.stream().mapToLong(Report.PrunedLinear::weights).sum();
    long zeros = pruned.stream().mapToLong(Report.PrunedLinear::zeros).sum();
    return new AnalysisResult.AfterPruning(
        name,
        plan,
        compressor.name(),
        (double) zeros / weights,
        new OutlierDistribution(dense.ratios().thresholds(), counted));
  }

  private void addRemarks(Block block, List<Report.PrunedLinear> pruned, List<String> remarks) {
    for (Report.PrunedLinear linear : pruned) {
      LinearRef ref = new LinearRef(block.name(), linear.name());
      linear.remarks().forEach(remark -> remarks.add(name + ": " + ref + ": " + remark));
    }
  }

  private List<Report.PrunedLinear> pruneAndCount(
      Run run,
      Visit visit,
      SequencesInFlight flight,
      LinearSelection linears,
      DenseOutliers dense,
      List<BlockOutliers> counted) {
    Block block = visit.block();
    Optional<BlockCompression> compression =
        plan.block(block.name())
            .map(planned -> new BlockCompression(visit, planned, compressor, run.workers()));
    List<Linear> selected = linears.of(block);
    StatisticsRequest norms = StatisticsRequest.of(selected, Set.of(ColumnNorms.KIND));
    StatisticsRequest request = compression.map(c -> norms.and(c.request())).orElse(norms);
    try (BlockStatistics statistics =
        run.pass(
            "analyze: observe",
            activity(visit),
            OBSERVE,
            flight,
            visit.open(),
            Passage.OBSERVE,
            request)) {
      Map<LinearRef, float[]> byLinear = norms(visit, selected, statistics);
      List<Report.PrunedLinear> pruned =
          compression
              .map(c -> run.timed("analyze: select", () -> c.compress(statistics)))
              .orElse(List.of());
      if (!selected.isEmpty()) {
        counted.add(count(run, visit, selected, byLinear, dense));
      }
      return pruned;
    }
  }

  private static Map<LinearRef, float[]> norms(
      Visit visit, List<Linear> selected, BlockStatistics statistics) {
    Map<LinearRef, float[]> norms = new LinkedHashMap<>();
    for (Linear linear : selected) {
      norms.put(
          LinearRef.of(visit.block(), linear),
          visit.attributeErrors(linear, () -> statistics.of(linear).get(ColumnNorms.KIND).norms()));
    }
    return norms;
  }

  private static BlockOutliers count(
      Run run,
      Visit visit,
      List<Linear> selected,
      Map<LinearRef, float[]> norms,
      DenseOutliers dense) {
    BlockWeights weights = new BlockWeights(visit.block(), selected, visit.open(), run.workers());
    OutlierCount.Means means = Objects.requireNonNull(dense.means().get(visit.block().name()));
    return run.timed(
        "analyze: scores",
        () ->
            new OutlierCount(new BlockScores(weights, norms))
                .above(means, dense.ratios().thresholds()));
  }

  private void advance(Run run, Visit visit, SequencesInFlight flight, boolean last) {
    if (last) {
      run.advance(activity(visit), (long) ADVANCE * flight.count());
      return;
    }
    run.pass(
            "analyze: forward",
            activity(visit),
            ADVANCE,
            flight,
            visit.open(),
            Passage.ADVANCE,
            StatisticsRequest.NONE)
        .close();
  }

  private String activity(Visit visit) {
    return name + ": " + visit.block().name();
  }
}
