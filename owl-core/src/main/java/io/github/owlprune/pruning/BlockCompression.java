package io.github.owlprune.pruning;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.List;

/** Compresses the linears of an open block by its part of a plan. Nothing is saved. */
public final class BlockCompression {
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
    List<Linear> linears = planned.linears().stream().map(this::linear).toList();
    return StatisticsRequest.of(linears, compressor.statistics());
  }

  /**
   * Compresses the linears in order. The statistics of an input are freed after the last linear
   * that reads it, since what is derived from a Hessian is as large as the Hessian.
   *
   * @param statistics the statistics of {@link #request}
   * @return the record of each linear
   */
  public List<Report.PrunedLinear> compress(BlockStatistics statistics) {
    List<Report.PrunedLinear> compressed = new ArrayList<>();
    for (int l = 0; l < planned.linears().size(); l++) {
      Plan.PlannedLinear target = planned.linears().get(l);
      Linear linear = linear(target);
      compressed.add(compress(linear, target, statistics));
      boolean lastReader =
          planned.linears().stream()
              .skip(l + 1L)
              .noneMatch(later -> linear(later).input().equals(linear.input()));
      if (lastReader) {
        statistics.release(linear);
      }
    }
    return compressed;
  }

  private Report.PrunedLinear compress(
      Linear linear, Plan.PlannedLinear target, BlockStatistics statistics) {
    Outcome outcome =
        LinearRef.of(block, linear)
            .attributeErrors(
                () ->
                    compressor.compress(
                        open.weight(linear), statistics.of(linear), target.sparsity(), workers));
    if (outcome.replacement() != null) {
      open.replace(linear, outcome.replacement());
    }
    return new Report.PrunedLinear(
        target.name(),
        target.weights(),
        target.sparsity(),
        ZeroCount.of(Matrix.of(open.weight(linear)), workers),
        outcome.outputErrors(),
        outcome.remarks());
  }

  private Linear linear(Plan.PlannedLinear target) {
    return block.linears().stream()
        .filter(l -> l.name().equals(target.name()))
        .findFirst()
        .orElseThrow();
  }
}
