package io.github.owlprune.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Measurements of all scores, which are never stored, against storing and sorting them. */
class BlockScoresTest {
  private static final int BLOCKS = 3;
  private static final LinearSelection ALL = new LinearSelection(LinearSelection.ALL);
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(IntStream.range(0, 9).toArray(), IntStream.range(5, 25).toArray()));

  private record Scored(LinearRef linear, float score) {}

  /** Half of the weights in steps of 1/4, so that many scores tie within a column. */
  private static ToyModel withTies(long seed) {
    ToyModel model = new ToyModel(BLOCKS, seed);
    for (ToyModel.ToyBlock block : model.blocks()) {
      for (float[] row : block.weights.get("a")) {
        for (int j = 0; j < row.length; j++) {
          row[j] = Math.round(row[j] * 4) / 4f;
        }
      }
    }
    return model;
  }

  /** Returns every score, in the model's order. */
  private static List<Scored> scores(ToyModel model, Map<LinearRef, float[]> norms) {
    List<Scored> all = new ArrayList<>();
    for (ToyModel.ToyBlock block : model.blocks()) {
      for (Linear linear : block.linears()) {
        LinearRef ref = LinearRef.of(block, linear);
        for (float[] row : block.weights.get(linear.name())) {
          for (int j = 0; j < row.length; j++) {
            all.add(new Scored(ref, Math.abs(row[j]) * norms.get(ref)[j]));
          }
        }
      }
    }
    return all;
  }

  private static DenseModel model(DenseSweep sweep, double sparsity) {
    return new DenseModel(sweep, List.of(), Granularity.BLOCK, sparsity, 5);
  }

  private static DenseSweep sweep(Run run) {
    return new DenseSweep(run, ALL, run.sequences(), Set.of());
  }

  @Property(tries = 50)
  void globalSharesAreThoseOfSortingAllScores(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 0.99) double s) {
    ToyModel toy = withTies(seed);
    try (Run run = Run.open(toy, CALIBRATION, Execution.DEFAULT);
        DenseSweep dense = sweep(run)) {
      Measured measured = Measurement.globalShares().measure(model(dense, s));
      List<Scored> all = scores(toy, dense.norms());
      List<Scored> lowest =
          all.stream()
              .sorted(Comparator.comparingDouble(Scored::score)) // stable: ties in model order
              .limit(Math.round(s * all.size()))
              .toList();
      double perLinear = ToyModel.WIDTH * ToyModel.WIDTH;
      assertEquals(BLOCKS, measured.blocks().size());
      assertEquals(2 * BLOCKS, measured.linears().size());
      for (ToyModel.ToyBlock block : toy.blocks()) {
        for (Linear linear : block.linears()) {
          LinearRef ref = LinearRef.of(block, linear);
          long removed = lowest.stream().filter(k -> k.linear().equals(ref)).count();
          assertEquals(removed / perLinear, measured.ofLinear(ref));
        }
        long removed = lowest.stream().filter(k -> k.linear().block().equals(block.name())).count();
        assertEquals(removed / (2 * perLinear), measured.ofBlock(block.name()));
      }
    }
  }

  @Property(tries = 50)
  void theMedianIsTheLowerOfTheTwoInTheMiddle(@ForAll long seed) {
    ToyModel toy = withTies(seed);
    try (Run run = Run.open(toy, CALIBRATION, Execution.DEFAULT);
        DenseSweep dense = sweep(run)) {
      Measured medians = Measurement.medianScores().measure(model(dense, 0.7));
      List<Scored> all = scores(toy, dense.norms());
      for (ToyModel.ToyBlock block : toy.blocks()) {
        assertEquals(
            median(all.stream().filter(k -> k.linear().block().equals(block.name())).toList()),
            medians.ofBlock(block.name()));
        for (Linear linear : block.linears()) {
          LinearRef ref = LinearRef.of(block, linear);
          assertEquals(
              median(all.stream().filter(k -> k.linear().equals(ref)).toList()),
              medians.ofLinear(ref));
        }
      }
    }
  }

  private static double median(List<Scored> scores) {
    return scores.stream()
        .map(Scored::score)
        .sorted()
        .skip((scores.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSecondMeasurementSendsNothingThroughTheModel() {
    long[] done = {0};
    Execution watched = Execution.DEFAULT.withProgress((activity, now, total) -> done[0] = now);
    try (Run run = Run.open(new ToyModel(BLOCKS, 4), CALIBRATION, watched);
        DenseSweep dense = sweep(run)) {
      Measured first = Measurement.medianScores().measure(model(dense, 0.7));
      long forward = done[0];
      assertEquals(dense.pieces(), forward);
      assertEquals(first, Measurement.medianScores().measure(model(dense, 0.7)));
      assertEquals(forward, done[0]);
    }
  }

  @Test
  void aNanWeightNamesItsLinear() {
    for (Allocator allocator : List.of(Allocator.dlp(), Allocator.global(), Allocator.owl())) {
      ToyModel model = new ToyModel(BLOCKS, 5);
      model.blocks().get(1).weights.get("b")[3][2] = Float.NaN;
      String message =
          assertThrows(
                  ArithmeticException.class,
                  () -> Owl.allocate(model, CALIBRATION).withAllocator(allocator).plan())
              .getMessage();
      assertTrue(message.contains("block.1.b"), allocator.name() + ": " + message);
    }
  }
}
