package io.github.owlprune.measure;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.pipeline.Journal;
import io.github.owlprune.pipeline.JournaledSweep;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.SequencesInFlight;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.StatisticKind;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one sweep over the dense model that OWL needs (arXiv 2310.05175, section 3.1): column norms
 * of each distinct input, then any requested numbers from the block's scores while it is open.
 *
 * <p>The norms are kept. A later request for scores opens each block once more, but sends nothing
 * through it.
 */
public final class DenseSweep implements AutoCloseable {
  private static final int PIECES = Passage.ADVANCE.pieces();
  private static final int VERSION = 1; // of the journal's entries

  private final Run run;
  private final LinearSelection linears;
  private final List<int[]> sequences;
  private final Set<StatisticKind<?>> alsoGathered;
  private final int last; // no later block is selected, so none is run
  private final Map<String, BlockStatistics> kept = new HashMap<>();
  private @Nullable Map<LinearRef, float[]> norms;

  private record Norms(int version, Map<String, float[]> norms) {}

  /**
   * Prepares a sweep.
   *
   * @param run the run
   * @param linears the linears to measure
   * @param sequences the token ids to send through the model
   * @param alsoGathered kinds of statistics to gather and keep for all blocks
   */
  public DenseSweep(
      Run run, LinearSelection linears, List<int[]> sequences, Set<StatisticKind<?>> alsoGathered) {
    this.run = run;
    this.linears = linears;
    this.sequences = sequences;
    this.alsoGathered = alsoGathered;
    this.last = linears.lastBlock(run.model());
  }

  Run run() {
    return run;
  }

  LinearSelection linears() {
    return linears;
  }

  /**
   * Returns the progress that the first sweep reports.
   *
   * @return pieces of work
   */
  public long pieces() {
    return (long) PIECES * run.model().blocks().size() * sequences.size();
  }

  /**
   * Returns the column norms of the input of each selected linear.
   *
   * @return norms by linear, in the model's order
   */
  public Map<LinearRef, float[]> norms() {
    if (norms == null) {
      forEachScores(BlockScores::linears);
    }
    return Objects.requireNonNull(norms);
  }

  /**
   * Computes something from the scores of every block that has selected linears.
   *
   * @param compute reads the scores while the block is open
   * @return the results by the block's name, in the model's order
   * @param <T> the type of the results
   */
  public <T> Map<String, T> forEachScores(Function<BlockScores, T> compute) {
    Map<String, T> results = new LinkedHashMap<>();
    Map<LinearRef, float[]> known = norms;
    if (known == null) {
      norms = sweep(compute, results);
    } else {
      run.sweep()
          .where(b -> !selected(b).isEmpty())
          .accept(visit -> compute(visit, known, compute, results));
    }
    return results;
  }

  private List<Linear> selected(int block) {
    return linears.of(run.model().blocks().get(block));
  }

  private <T> Map<LinearRef, float[]> sweep(
      Function<BlockScores, T> compute, Map<String, T> results) {
    Map<LinearRef, float[]> made = new LinkedHashMap<>();
    int first = run.journal().firstBlock(JournaledSweep.DENSE);
    try (SequencesInFlight flight = run.enter(JournaledSweep.DENSE, sequences)) {
      run.sweep()
          .where(b -> b <= last)
          .accept(
              visit -> {
                made.putAll(visit.index() < first ? journaled(visit) : measured(visit, flight));
                if (!linears.of(visit.block()).isEmpty()) {
                  compute(visit, made, compute, results);
                }
              });
    }
    return made;
  }

  private <T> void compute(
      Visit visit,
      Map<LinearRef, float[]> known,
      Function<BlockScores, T> compute,
      Map<String, T> results) {
    Block block = visit.block();
    BlockWeights weights = new BlockWeights(block, linears.of(block), visit.open(), run.workers());
    BlockScores scores = new BlockScores(weights, known);
    results.put(block.name(), run.timed("measure: scores", () -> compute.apply(scores)));
  }

  /** Reads the norms of a block that an interrupted run measured. */
  private Map<LinearRef, float[]> journaled(Visit visit) {
    run.advance("measuring " + visit.block().name(), (long) PIECES * sequences.size());
    String name = Journal.denseEntry(visit.index());
    Norms entry =
        run.journal()
            .read(name, Norms.class, VERSION)
            .orElseThrow(() -> run.journal().damaged(name, "is missing"));
    for (Linear linear : linears.of(visit.block())) {
      float[] own = entry.norms().get(linear.name());
      if (own == null || own.length != linear.inputs()) {
        throw run.journal().damaged(name, "has no norms that fit " + linear.name());
      }
    }
    Map<LinearRef, float[]> byLinear = new LinkedHashMap<>();
    entry
        .norms()
        .forEach((linear, n) -> byLinear.put(new LinearRef(visit.block().name(), linear), n));
    return byLinear;
  }

  /** Sends the sequences through the block; no later block needs what leaves the last. */
  private Map<LinearRef, float[]> measured(Visit visit, SequencesInFlight flight) {
    Block block = visit.block();
    Set<StatisticKind<?>> kinds = new LinkedHashSet<>();
    kinds.add(ColumnNorms.KIND);
    kinds.addAll(alsoGathered);
    BlockStatistics statistics =
        run.pass(
            "measure: forward",
            "measuring " + block.name(),
            PIECES,
            flight,
            visit.open(),
            visit.index() == last ? Passage.OBSERVE : Passage.ADVANCE,
            StatisticsRequest.of(linears.of(block), kinds));
    if (alsoGathered.isEmpty()) {
      try (statistics) {
        return journal(visit, flight, statistics);
      }
    }
    kept.put(block.name(), statistics);
    return journal(visit, flight, statistics);
  }

  private Map<LinearRef, float[]> journal(
      Visit visit, SequencesInFlight flight, BlockStatistics statistics) {
    Map<LinearRef, float[]> byLinear = new LinkedHashMap<>();
    Map<String, float[]> entry = new LinkedHashMap<>();
    for (Linear linear : linears.of(visit.block())) {
      LinearRef ref = LinearRef.of(visit.block(), linear);
      float[] own =
          visit.attributeErrors(linear, () -> statistics.of(linear).get(ColumnNorms.KIND).norms());
      byLinear.put(ref, own);
      entry.put(linear.name(), own);
    }
    run.journal().write(Journal.denseEntry(visit.index()), new Norms(VERSION, entry));
    run.journal().keep(JournaledSweep.DENSE, visit.index() + 1, flight);
    return byLinear;
  }

  /**
   * Returns whether the statistics of a block were gathered and kept.
   *
   * @param block the block's name
   * @return false before the sweep, or if no kinds were to be kept
   */
  public boolean keeps(String block) {
    return kept.containsKey(block);
  }

  /**
   * Removes and returns the statistics of a block.
   *
   * @param block the name of a block that {@link #keeps} returns true for
   * @return the statistics, to be closed by the caller
   */
  public BlockStatistics take(String block) {
    return Objects.requireNonNull(kept.remove(block));
  }

  /** Frees the statistics that were kept and not taken. */
  @Override
  public void close() {
    kept.values().forEach(BlockStatistics::close);
    kept.clear();
  }
}
