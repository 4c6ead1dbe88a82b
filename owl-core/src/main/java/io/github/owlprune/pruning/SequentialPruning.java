package io.github.owlprune.pruning;

import com.google.common.base.Stopwatch;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.model.Linear;
import io.github.owlprune.pipeline.Journal;
import io.github.owlprune.pipeline.JournaledSweep;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.SequencesInFlight;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Prunes a model by a plan, block by block, as the papers do: gathers statistics of inputs that
 * passed through the pruned blocks before it, compresses each linear, saves the block, and sends
 * the sequences through it with the weights as saved.
 *
 * <p>Work that the journal records is not repeated; blocks that were saved after the last
 * checkpoint of the hidden states are run, but not compressed again.
 */
public final class SequentialPruning {
  private static final int VERSION = 1; // of the journal's entries

  private final Run run;
  private final Plan plan;
  private final PruningSteps steps;
  private final boolean needsInputs;
  private final int last; // no later block loses weights, so none is run

  private record Done(int version, Report.PrunedBlock block) {}

  /**
   * Prepares a run.
   *
   * @param run the run
   * @param plan the plan, which fits the run's model
   * @param compressor the strategy
   */
  public SequentialPruning(Run run, Plan plan, Compressor compressor) {
    this.run = run;
    this.plan = plan;
    this.steps = new PruningSteps(run, plan, compressor);
    this.needsInputs = !compressor.statistics().isEmpty();
    this.last = plan.lastBlock(run.model());
  }

  /**
   * Returns an upper bound of the progress that pruning reports.
   *
   * @param run the run
   * @param compressor the strategy
   * @return pieces of work
   */
  public static long pieces(Run run, Compressor compressor) {
    return PruningSteps.pieces(run, compressor);
  }

  /**
   * Prunes the model.
   *
   * @return the record of the run
   */
  public Report prune() {
    return steps.reported(
        () -> {
          if (!needsInputs) {
            return withoutInputs();
          }
          try (SequencesInFlight flight = run.enter(JournaledSweep.PRUNED, run.sequences())) {
            return withInputs(flight);
          }
        });
  }

  private List<Report.PrunedBlock> withoutInputs() {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    run.sweep()
        .where(b -> isLeftToCompress(b, pruned))
        .accept(
            visit -> {
              Stopwatch watch = Stopwatch.createStarted();
              Plan.PlannedBlock planned = plan.block(visit.block().name()).orElseThrow();
              try (BlockStatistics none = new BlockStatistics(steps.request(visit, planned))) {
                List<Report.PrunedLinear> linears = steps.compressAndSave(visit, planned, none);
                journal(visit, PruningSteps.record(planned, linears, watch), pruned);
              }
              steps.skip(visit.index());
            });
    return pruned;
  }

  /** Returns whether a block is yet to be compressed; adds the journal's record if there is one. */
  private boolean isLeftToCompress(int b, List<Report.PrunedBlock> pruned) {
    Optional<Report.PrunedBlock> before = journaled(b);
    before.ifPresent(pruned::add);
    boolean left = before.isEmpty() && plan.block(steps.name(b)).isPresent();
    if (!left) {
      steps.skip(b);
    }
    return left;
  }

  private List<Report.PrunedBlock> withInputs(SequencesInFlight flight) {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    int first = run.journal().firstBlock(JournaledSweep.PRUNED);
    run.sweep()
        .where(
            b -> {
              if (b < first) {
                journaled(b).ifPresent(pruned::add);
                steps.skip(b);
              }
              return b >= first && b <= last;
            })
        .accept(
            visit -> {
              pruneAndAdvance(visit, flight, pruned);
              run.journal().keep(JournaledSweep.PRUNED, visit.index() + 1, flight);
            });
    return pruned;
  }

  /** Compresses a block unless the journal records that it was, and sends the sequences on. */
  private void pruneAndAdvance(
      Visit visit, SequencesInFlight flight, List<Report.PrunedBlock> pruned) {
    Stopwatch watch = Stopwatch.createStarted();
    Optional<Report.PrunedBlock> before = journaled(visit.index());
    Optional<Plan.PlannedBlock> planned =
        before.isPresent() ? Optional.empty() : plan.block(visit.block().name());
    List<Report.PrunedLinear> linears =
        planned.map(p -> observeAndCompress(visit, p, flight)).orElse(List.of());
    if (visit.index() == last) {
      run.advance(PruningSteps.activity(visit), (long) Passage.ADVANCE.pieces() * flight.count());
    } else {
      pass("prune: forward", visit, flight, Passage.ADVANCE, StatisticsRequest.NONE).close();
    }
    before.ifPresent(pruned::add);
    planned.ifPresent(p -> journal(visit, PruningSteps.record(p, linears, watch), pruned));
  }

  private List<Report.PrunedLinear> observeAndCompress(
      Visit visit, Plan.PlannedBlock planned, SequencesInFlight flight) {
    BlockCompression compression = steps.compression(visit, planned);
    Map<String, Report.PrunedLinear> compressed = new HashMap<>();
    for (List<Linear> round : compression.rounds(run.statisticsBytes())) {
      try (BlockStatistics statistics =
          pass("prune: observe", visit, flight, Passage.OBSERVE, compression.request(round))) {
        run.timed("prune: select", () -> compression.compress(round, statistics))
            .forEach(linear -> compressed.put(linear.name(), linear));
      }
    }
    run.timed("prune: write", visit.open()::save);
    return planned.linears().stream()
        .map(linear -> Objects.requireNonNull(compressed.get(linear.name())))
        .toList();
  }

  private BlockStatistics pass(
      String stage,
      Visit visit,
      SequencesInFlight flight,
      Passage passage,
      StatisticsRequest request) {
    return run.pass(
        stage,
        PruningSteps.activity(visit),
        passage.pieces(),
        flight,
        visit.open(),
        passage,
        request);
  }

  private void journal(Visit visit, Report.PrunedBlock record, List<Report.PrunedBlock> pruned) {
    pruned.add(record);
    run.journal().write(Journal.blockEntry(visit.index()), new Done(VERSION, record));
  }

  private Optional<Report.PrunedBlock> journaled(int block) {
    return run.journal().read(Journal.blockEntry(block), Done.class, VERSION).map(Done::block);
  }
}
