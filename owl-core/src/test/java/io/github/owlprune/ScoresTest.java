package io.github.owlprune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** What is told of all scores without keeping them, against keeping and sorting them. */
class ScoresTest {
  private static final int BLOCKS = 3;
  private static final LinearChoice ALL = new LinearChoice(LinearChoice.ALL);
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(IntStream.range(0, 9).toArray(), IntStream.range(5, 25).toArray()));

  private record Kept(int block, int linear, float score) {}

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

  private static List<Kept> keep(ToyModel model, List<List<float[]>> norms) {
    List<Kept> all = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      for (int l = 0; l < 2; l++) {
        for (float[] row : model.blocks().get(b).weights.get(l == 0 ? "a" : "b")) {
          for (int j = 0; j < row.length; j++) {
            all.add(new Kept(b, l, Math.abs(row[j]) * norms.get(b).get(l)[j]));
          }
        }
      }
    }
    return all;
  }

  @Property(tries = 50)
  void theGlobalThresholdIsWhatSortingAllScoresGives(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 0.99) double s) {
    ToyModel model = withTies(seed);
    try (Run run = Run.open(model, CALIBRATION, Execution.DEFAULT)) {
      DensePass dense = new DensePass(run, ALL, run.sequences());
      Measured measured = new GlobalThreshold(dense).measure(s);
      List<Kept> all = keep(model, dense.norms());
      List<Kept> lowest =
          all.stream()
              .sorted(Comparator.comparingDouble(Kept::score)) // stable: the model's order on a tie
              .limit(Math.round(s * all.size()))
              .toList();
      double perLinear = ToyModel.WIDTH * ToyModel.WIDTH;
      for (int b = 0; b < BLOCKS; b++) {
        int block = b;
        for (int l = 0; l < 2; l++) {
          int linear = l;
          long gone =
              lowest.stream().filter(k -> k.block() == block && k.linear() == linear).count();
          assertEquals(gone / perLinear, measured.blocks().get(b).linears().get(l));
        }
        long gone = lowest.stream().filter(k -> k.block() == block).count();
        assertEquals(gone / (2 * perLinear), measured.blocks().get(b).value());
      }
    }
  }

  @Property(tries = 50)
  void theMedianIsTheLowerOfTheTwoInTheMiddle(@ForAll long seed) {
    ToyModel model = withTies(seed);
    try (Run run = Run.open(model, CALIBRATION, Execution.DEFAULT)) {
      DensePass dense = new DensePass(run, ALL, run.sequences());
      List<Measured.OfBlock> medians = dense.over(s -> new MedianScore(s).measure());
      List<Kept> all = keep(model, dense.norms());
      for (int b = 0; b < BLOCKS; b++) {
        int block = b;
        assertEquals(
            median(all.stream().filter(k -> k.block() == block).toList()), medians.get(b).value());
        assertEquals(
            median(all.stream().filter(k -> k.block() == block && k.linear() == 1).toList()),
            medians.get(b).linears().get(1));
      }
    }
  }

  private static double median(List<Kept> scores) {
    return scores.stream()
        .map(Kept::score)
        .sorted()
        .skip((scores.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lookingAgainRunsNothingThroughTheModel() {
    ToyModel model = new ToyModel(BLOCKS, 4);
    long[] done = {0};
    Execution telling = Execution.DEFAULT.withProgress((doing, now, total) -> done[0] = now);
    try (Run run = Run.open(model, CALIBRATION, telling)) {
      DensePass dense = new DensePass(run, ALL, run.sequences());
      List<Measured.OfBlock> first = dense.over(s -> new MedianScore(s).measure());
      long forward = done[0];
      assertEquals(DensePass.pieces(model, run.sequences()), forward);
      assertEquals(first, dense.over(s -> new MedianScore(s).measure()));
      assertEquals(forward, done[0]);
    }
  }

  @Test
  void aWeightThatIsNoNumberIsNamed() {
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
