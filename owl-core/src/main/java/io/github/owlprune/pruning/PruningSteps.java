package io.github.owlprune.pruning;

import com.google.common.base.Stopwatch;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
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
    return run.model().blocks().size() * piecesOfBlock(run, compressor);
  }

  private static long piecesOfBlock(Run run, Compressor compressor) {
    return compressor.statistics().isEmpty()
        ? 1
        : (long) run.sequences().size() * (Passage.OBSERVE.pieces() + Passage.ADVANCE.pieces());
  }

  StatisticsRequest request(Visit visit, Plan.PlannedBlock planned) {
    return compression(visit, planned).request();
  }

  private BlockCompression compression(Visit visit, Plan.PlannedBlock planned) {
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
    run.advance("pruning " + name(block), piecesOfBlock(run, compressor));
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
      Report report =
          new Report(
              Report.VERSION,
              plan,
              compressor.name(),
              run.calibrationSource(),
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
