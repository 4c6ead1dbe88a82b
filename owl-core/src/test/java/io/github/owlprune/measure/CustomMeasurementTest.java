package io.github.owlprune.measure;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A measurement that a user wrote, and an allocator that uses it. */
class CustomMeasurementTest {
  /** Measures the mean absolute weight. */
  private record MeanMagnitudes() implements Measurement {
    @Override
    public String name() {
      return "MEAN_MAGNITUDES";
    }

    @Override
    public String title() {
      return "mean |W|";
    }

    @Override
    public boolean needsInputs() {
      return false;
    }

    @Override
    public long pieces(DenseModel dense) {
      return dense.model().blocks().size();
    }

    @Override
    public Measured measure(DenseModel dense) {
      Map<LinearRef, Double> linears = new LinkedHashMap<>();
      Map<String, Double> blocks =
          dense.forEachWeights(
              "measure: magnitudes",
              1,
              block -> {
                double sum = 0;
                for (Linear linear : block.linears()) {
                  double own = sum(block.weight(linear));
                  linears.put(block.ref(linear), own / linear.weights());
                  sum += own;
                }
                return sum / block.weights();
              });
      return new Measured(blocks, linears);
    }

    private static double sum(Matrix weight) {
      double sum = 0;
      float[] row = new float[weight.columns()];
      for (int r = 0; r < weight.rows(); r++) {
        weight.read(r, row);
        for (float w : row) {
          sum += Math.abs(w);
        }
      }
      return sum;
    }
  }

  /** Measures the largest score, which needs inputs. */
  private record LargestScores() implements Measurement {
    @Override
    public String name() {
      return "LARGEST_SCORES";
    }

    @Override
    public String title() {
      return "largest score";
    }

    @Override
    public Measured measure(DenseModel dense) {
      return new Measured(dense.forEachScores(LargestScores::largest), Map.of());
    }

    private static double largest(BlockScores scores) {
      double[] largest = new double[scores.threads()];
      for (Linear linear : scores.linears()) {
        scores.forEachRow(
            linear,
            (worker, r, row) -> {
              for (float score : row) {
                largest[worker] = Math.max(largest[worker], score);
              }
            });
      }
      double all = 0;
      for (double ofWorker : largest) {
        all = Math.max(all, ofWorker);
      }
      return all;
    }
  }

  /** Prunes units less the larger their number is. */
  private record Sparing(Measurement measurement) implements Allocator {
    @Override
    public String name() {
      return "sparing";
    }

    @Override
    public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
      return units.stream().mapToDouble(u -> -u.measured()).toArray();
    }
  }

  private static double meanMagnitude(float[][] weight) {
    double sum = 0;
    for (float[] row : weight) {
      for (float w : row) {
        sum += Math.abs(w);
      }
    }
    return sum / ToyModel.WIDTH / ToyModel.WIDTH;
  }

  private static void assertMoreMeansLess(Plan plan) {
    List<Plan.PlannedBlock> ascending = new ArrayList<>(plan.blocks());
    ascending.sort(Comparator.comparingDouble(Plan.PlannedBlock::measured));
    for (int b = 1; b < ascending.size(); b++) {
      assertTrue(ascending.get(b).zeros() <= ascending.get(b - 1).zeros(), plan::toString);
    }
    assertTrue(ascending.get(0).zeros() > ascending.get(ascending.size() - 1).zeros());
  }

  @Test
  void weightsAreMeasuredWithoutCalibrationAndThePlanNamesTheMeasurement() {
    ToyModel model = new ToyModel(5, 1);
    Allocation stage =
        Owl.allocate(model).withAllocator(new Sparing(new MeanMagnitudes())).withSparsity(0.5);
    Plan plan = stage.plan();
    assertEquals("MEAN_MAGNITUDES", plan.measurement());
    assertEquals("sparing", plan.allocator());
    assertEquals(plan, Plan.fromJson(plan.toJson()));
    // A plan does not record a title, so the name heads the column.
    assertTrue(plan.toString().contains("MEAN_MAGNITUDES"), plan::toString);
    assertMoreMeansLess(plan);
    for (int b = 0; b < 5; b++) {
      Plan.PlannedBlock block = plan.blocks().get(b);
      double first = meanMagnitude(model.blocks.get(b).weights.get("a"));
      double second = meanMagnitude(model.blocks.get(b).weights.get("b"));
      // Divided in another order: a few roundings in double.
      assertEquals(first, block.linears().get(0).measured(), 1e-15 * first);
      assertEquals(second, block.linears().get(1).measured(), 1e-15 * second);
      assertEquals((first + second) / 2, block.measured(), 1e-15 * (first + second));
    }
    Report report = stage.prune(magnitude());
    assertEquals(plan, report.plan());
    assertTrue(report.seconds().containsKey("measure: magnitudes"), report::toString);
  }

  @Test
  void scoresAreMeasuredInOneSweepThatNeedsACalibration() {
    Calibration calibration = Calibration.ids(List.of(new int[] {1, 2, 3}, new int[] {4, 5}));
    Sparing sparing = new Sparing(new LargestScores());
    ToyModel model = new ToyModel(4, 2);
    Plan plan = Owl.allocate(model, calibration).withAllocator(sparing).withThreads(1).plan();
    assertEquals("LARGEST_SCORES", plan.measurement());
    assertMoreMeansLess(plan);
    assertEquals(4, model.events.stream().filter(e -> e.startsWith("open")).count());
    assertEquals(
        plan,
        Owl.allocate(new ToyModel(4, 2), calibration).withAllocator(sparing).withThreads(3).plan());
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> Owl.allocate(new ToyModel(4, 2)).withAllocator(sparing).plan())
            .getMessage();
    assertTrue(message.contains("needs activations"), message);
  }

  @Test
  void progressEndsWhereTheMeasurementSaysItWould() {
    for (Measurement measurement : List.of(new MeanMagnitudes(), new LargestScores())) {
      long[] seen = new long[2];
      Owl.allocate(new ToyModel(3, 3), Calibration.ids(List.of(new int[] {1, 2, 3})))
          .withAllocator(new Sparing(measurement))
          .withProgress(
              (activity, done, total) -> {
                seen[0] = done;
                seen[1] = total;
              })
          .plan();
      assertTrue(seen[1] > 0, measurement.name());
      assertEquals(seen[1], seen[0], measurement.name());
    }
  }
}
