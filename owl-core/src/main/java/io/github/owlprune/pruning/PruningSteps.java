package io.github.owlprune.pruning;

import com.google.common.base.Stopwatch;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.model.Block;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The steps that sequential pruning and pruning by dense activations share.
 *
 * @param run the run
 * @param plan the plan, which fits the run's model
 * @param compressor the strategy
 */
record PruningSteps(Run run, Plan plan, Compressor compressor) {
  /** Returns an upper bound of the progress that pruning a model reports. */
  static long pieces(Run run, Compressor compressor) {
    return run.model().blocks().stream().mapToLong(b -> piecesOfBlock(run, b, compressor)).sum();
  }

  private static long piecesOfBlock(Run run, Block block, Compressor compressor) {
    if (compressor.statistics().isEmpty()) {
      return 1;
    }
    int rounds =
        ObservationRounds.of(block.linears(), compressor.statistics(), run.statisticsBytes())
            .size();
    return (long) run.sequences().size()
        * (rounds * Passage.OBSERVE.pieces() + Passage.ADVANCE.pieces());
  }

  StatisticsRequest request(Visit visit, Plan.PlannedBlock planned) {
    return compression(visit, planned).request();
  }

  BlockCompression compression(Visit visit, Plan.PlannedBlock planned) {
    return new BlockCompression(visit, planned, compressor, run.workers());
  }

  /** Compresses an open block and saves it. */
  List<Report.PrunedLinear> compressAndSave(
      Visit visit, Plan.PlannedBlock planned, BlockStatistics statistics) {
    List<Report.PrunedLinear> linears =
        run.timed("prune: select", () -> compression(visit, planned).compress(statistics));
    run.timed("prune: write", visit.open()::save);
    return linears;
  }

  static Report.PrunedBlock record(
      Plan.PlannedBlock planned, List<Report.PrunedLinear> linears, Stopwatch watch) {
    double seconds = watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
    return new Report.PrunedBlock(planned.name(), planned.measured(), seconds, linears);
  }

  /** Reports the progress of a block for which nothing is left to do. */
  void skip(int block) {
    run.advance(
        "pruning " + name(block), piecesOfBlock(run, run.model().blocks().get(block), compressor));
  }

  String name(int block) {
    return run.model().blocks().get(block).name();
  }

  static String activity(Visit visit) {
    return "pruning " + visit.block().name();
  }

  /** Prunes, and tells the model what was done; after any failure the model is abandoned. */
  Report reported(Supplier<List<Report.PrunedBlock>> prune) {
    try {
      List<Report.PrunedBlock> pruned = prune.get();
      List<String> remarks = new ArrayList<>(run.model().remarks());
      NarrowRows.remark(run.model().blocks(), pruned).ifPresent(remarks::add);
      Report report =
          new Report(
              Report.VERSION,
              plan,
              compressor.name(),
              run.calibrationSource(),
              remarks,
              pruned,
              run.seconds());
      run.model().endPruning(plan.toJson(), report.toJson());
      return report;
    } catch (RuntimeException | Error e) {
      run.model().abandon();
      throw e;
    }
  }
}
