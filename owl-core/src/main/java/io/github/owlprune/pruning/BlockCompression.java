package io.github.owlprune.pruning;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compresses the linears of an open block by its part of a plan. Nothing is saved. */
public final class BlockCompression {
  private final Visit visit;
  private final Block block;
  private final OpenBlock open;
  private final Plan.PlannedBlock planned;
  private final Compressor compressor;
  private final Workers workers;

  /**
   * Prepares a block.
   *
   * @param visit the open block
   * @param planned its part of the plan
   * @param compressor the strategy
   * @param workers the threads to use
   */
  public BlockCompression(
      Visit visit, Plan.PlannedBlock planned, Compressor compressor, Workers workers) {
    this.visit = visit;
    this.block = visit.block();
    this.open = visit.open();
    this.planned = planned;
    this.compressor = compressor;
    this.workers = workers;
  }

  /**
   * Returns the statistics that the strategy needs.
   *
   * @return the request for the linears of the plan
   */
  public StatisticsRequest request() {
    return StatisticsRequest.of(linears(), compressor.statistics());
  }

  /**
   * Returns the linears in rounds that are observed and compressed one after the other, so that the
   * statistics of a round fit in memory. The result does not depend on it.
   *
   * @param bytes the most bytes of statistics in a round, unless those of a single input are larger
   * @return each linear of the plan once
   */
  List<List<Linear>> rounds(long bytes) {
    return ObservationRounds.of(linears(), compressor.statistics(), bytes);
  }

  /** Returns the request for a round; of the other inputs only the tokens are counted. */
  StatisticsRequest request(List<Linear> round) {
    return StatisticsRequest.of(linears(), Set.of())
        .and(StatisticsRequest.of(round, compressor.statistics()));
  }

  private List<Linear> linears() {
    return planned.linears().stream().map(this::linear).toList();
  }

  /**
   * Compresses the linears in order. The statistics of an input are freed after the last linear
   * that reads it, since what is derived from a Hessian is as large as the Hessian.
   *
   * @param statistics the statistics of {@link #request}
   * @return the record of each linear
   */
  public List<Report.PrunedLinear> compress(BlockStatistics statistics) {
    return compress(linears(), statistics);
  }

  /** Compresses the linears of a round, with the statistics of its {@link #request(List)}. */
  List<Report.PrunedLinear> compress(List<Linear> round, BlockStatistics statistics) {
    List<Report.PrunedLinear> compressed = new ArrayList<>();
    long mostRows = statistics.mostRows();
    for (int l = 0; l < round.size(); l++) {
      Linear linear = round.get(l);
      compressed.add(compress(linear, target(linear), statistics, mostRows));
      boolean lastReader =
          round.stream().skip(l + 1L).noneMatch(later -> later.input().equals(linear.input()));
      if (lastReader) {
        statistics.release(linear);
      }
    }
    return compressed;
  }

  private Plan.PlannedLinear target(Linear linear) {
    return planned.linears().stream()
        .filter(p -> p.name().equals(linear.name()))
        .findFirst()
        .orElseThrow();
  }

  private Report.PrunedLinear compress(
      Linear linear, Plan.PlannedLinear target, BlockStatistics statistics, long mostRows) {
    List<String> remarks = new ArrayList<>(fewRows(linear, statistics.of(linear), mostRows));
    Outcome outcome =
        visit.attributeErrors(
            linear,
            () ->
                compressor.compress(
                    open.weight(linear), statistics.of(linear), target.sparsity(), workers));
    if (outcome.replacement() != null) {
      open.replace(linear, outcome.replacement());
    }
    remarks.addAll(outcome.remarks());
    return new Report.PrunedLinear(
        target.name(),
        target.weights(),
        target.sparsity(),
        ZeroCount.of(Matrix.of(open.weight(linear)), workers),
        outcome.outputErrors(),
        remarks);
  }

  /**
   * Says if a linear saw fewer tokens than it has inputs because the others were not routed to it.
   */
  private static List<String> fewRows(Linear linear, InputStatistics seen, long mostRows) {
    long rows = seen.rows();
    if (rows == 0 || rows >= mostRows || rows >= linear.inputs()) {
      return List.of();
    }
    return List.of(
        "saw "
            + rows
            + " of "
            + mostRows
            + " tokens, fewer than its "
            + linear.inputs()
            + " inputs; more calibration tokens would make its pruning more reliable");
  }

  private Linear linear(Plan.PlannedLinear target) {
    return block.linears().stream()
        .filter(l -> l.name().equals(target.name()))
        .findFirst()
        .orElseThrow();
  }
}
