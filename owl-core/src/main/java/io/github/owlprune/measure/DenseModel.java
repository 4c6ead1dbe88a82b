package io.github.owlprune.measure;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import io.github.owlprune.pipeline.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The dense model as a {@link Measurement} sees it: its weights, the scores of its weights, the
 * loss of its pruned variants, and the settings of the allocation.
 *
 * @param sweep the sweep over the dense model, shared by measurements of the same calibration
 * @param judging the sequences that variants are judged on; empty unless a loss is measured
 * @param granularity the unit that gets a sparsity of its own
 * @param sparsity S
 * @param outlierThreshold M
 */
public record DenseModel(
    DenseSweep sweep,
    List<int[]> judging,
    Granularity granularity,
    double sparsity,
    double outlierThreshold) {
  /**
   * Returns the model that is measured.
   *
   * @return the model by names and shapes
   */
  public Model model() {
    return sweep.run().model();
  }

  /**
   * Returns the linears to measure.
   *
   * @return the selection
   */
  public LinearSelection linears() {
    return sweep.linears();
  }

  /**
   * Returns the threads of the run.
   *
   * @return the threads to use
   */
  public Workers workers() {
    return sweep.run().workers();
  }

  /**
   * Computes something from the scores of every block that has selected linears. The first call
   * sends the calibration through the model; later ones only load its weights.
   *
   * @param compute reads the scores while the block is open
   * @return the results by the block's name, in the model's order
   * @param <T> the type of the results
   */
  public <T> Map<String, T> forEachScores(Function<BlockScores, T> compute) {
    return sweep.forEachScores(compute);
  }

  /**
   * Computes something from the weights of every block that has selected linears. Nothing is sent
   * through the model.
   *
   * @param stage the name of the stage that the time is added to
   * @param pieces the progress that each block of the model reports; {@link Measurement#pieces}
   *     must count it
   * @param compute reads the weights while the block is open
   * @return the results by the block's name, in the model's order
   * @param <T> the type of the results
   */
  public <T> Map<String, T> forEachWeights(
      String stage, int pieces, Function<BlockWeights, T> compute) {
    Map<String, T> results = new LinkedHashMap<>();
    Run run = sweep.run();
    run.sweep()
        .where(
            b -> {
              boolean needed = !linears().of(model().blocks().get(b)).isEmpty();
              if (!needed) {
                run.advance("measuring " + model().blocks().get(b).name(), pieces);
              }
              return needed;
            })
        .accept(
            visit -> {
              BlockWeights weights =
                  new BlockWeights(
                      visit.block(), linears().of(visit.block()), visit.open(), workers());
              results.put(visit.block().name(), run.timed(stage, () -> compute.apply(weights)));
              run.advance("measuring " + visit.block().name(), pieces);
            });
    return results;
  }

  /**
   * Judges pruned variants of the model together. The linears of a variant lose the lowest of the
   * dense model's scores, the same share in every row.
   *
   * @param variants for each variant the sparsities of its linears; a linear that is missing stays
   *     dense
   * @return the mean loss of each variant over the judging sequences; infinite if its states
   *     overflow
   * @throws IllegalStateException if the model does not compute a loss
   */
  public double[] losses(List<Map<LinearRef, Double>> variants) {
    return new JudgedLoss(sweep, judging).of(variants);
  }

  /**
   * Returns the progress that the first sweep over the dense model reports.
   *
   * @return pieces of work
   */
  public long sweepPieces() {
    return sweep.pieces();
  }
}
