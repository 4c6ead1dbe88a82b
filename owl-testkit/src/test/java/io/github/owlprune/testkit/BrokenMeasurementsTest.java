package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.github.owlprune.measure.BlockWeights;
import io.github.owlprune.measure.DenseModel;
import io.github.owlprune.measure.Measured;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Measurements with one fault each fail the test of the contract that is about it. */
class BrokenMeasurementsTest {
  /** The mean magnitude of the weights. */
  static class MeanMagnitude implements Measurement {
    @Override
    public String name() {
      return "MEAN_MAGNITUDE";
    }

    @Override
    public String title() {
      return "mean magnitude";
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
          dense.forEachWeights("mean magnitude", 1, weights -> block(weights, linears));
      return new Measured(blocks, linears);
    }

    double block(BlockWeights weights, Map<LinearRef, Double> linears) {
      double sum = 0;
      for (Linear linear : weights.linears()) {
        LinearRef ref = weights.ref(linear);
        double mean = ref.attributeErrors(() -> mean(Matrices.values(weights.weight(linear))));
        linears.put(ref, mean);
        sum += mean;
      }
      return sum / weights.linears().size();
    }

    double mean(float[][] values) {
      double sum = 0;
      for (float[] row : values) {
        for (float weight : row) {
          sum += Math.abs(weight);
        }
      }
      if (!Double.isFinite(sum)) {
        throw new ArithmeticException("the sum of the weights is " + sum);
      }
      return sum / values.length / values[0].length;
    }
  }

  private static Arguments fault(
      String fault,
      Measurement broken,
      ThrowingConsumer<MeasurementContract> test,
      String message) {
    return argumentSet(fault, broken, test, message);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "a name in lower case",
            new MeanMagnitude() {
              @Override
              public String name() {
                return "mean magnitude";
              }
            },
            MeasurementContract::nameAndTitleAreStable,
            "the name is \"mean magnitude\""),
        fault(
            "measures nothing",
            new MeanMagnitude() {
              @Override
              public Measured measure(DenseModel dense) {
                return Measured.NOTHING;
              }
            },
            MeasurementContract::everyBlockGetsAFiniteNumber,
            "block.0 was not measured"),
        fault(
            "divides by zero",
            new MeanMagnitude() {
              @Override
              double mean(float[][] values) {
                return super.mean(values) / (values.length - 12);
              }
            },
            MeasurementContract::everyBlockGetsAFiniteNumber,
            "block.0 was measured as Infinity"),
        fault(
            "measures no linears",
            new MeanMagnitude() {
              @Override
              public Measured measure(DenseModel dense) {
                return new Measured(super.measure(dense).blocks(), Map.of());
              }
            },
            MeasurementContract::everyLinearGetsAFiniteNumber,
            "block.0.up was not measured"),
        fault(
            "needs all linears",
            new MeanMagnitude() {
              @Override
              double block(BlockWeights weights, Map<LinearRef, Double> linears) {
                return super.block(weights, linears)
                    + weights.weight(weights.linears().get(2)).rows();
              }
            },
            MeasurementContract::selectedLinearsAreEnough,
            "Index 2 out of bounds"),
        fault(
            "depends on the threads",
            new MeanMagnitude() {
              @Override
              double block(BlockWeights weights, Map<LinearRef, Double> linears) {
                return super.block(weights, linears) + weights.workers().threads();
              }
            },
            MeasurementContract::resultIsReproducible,
            "expected: "),
        fault(
            "changes the model",
            new MeanMagnitude() {
              @Override
              double block(BlockWeights weights, Map<LinearRef, Double> linears) {
                weights.weight(weights.linears().get(0)).array().muli(2);
                weights.open().save();
                return super.block(weights, linears);
              }
            },
            MeasurementContract::modelStaysDense,
            "block.0.up was changed"),
        fault(
            "ignores NaN",
            new MeanMagnitude() {
              @Override
              double mean(float[][] values) {
                return values.length;
              }
            },
            MeasurementContract::nanWeightIsRefused,
            "NaN in block.1.gate"),
        fault(
            "announces too much",
            new MeanMagnitude() {
              @Override
              public long pieces(DenseModel dense) {
                return 100;
              }
            },
            MeasurementContract::progressIsAnnounced,
            "announced totals"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultIsFound(
      Measurement broken, ThrowingConsumer<MeasurementContract> test, String message) {
    MeasurementContract contract = () -> broken;
    Throwable failure = assertThrows(Throwable.class, () -> test.accept(contract));
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
  }

  /** So it is the fault that makes the others fail. */
  @Test
  void measurementWithoutFaultPasses() {
    MeasurementContract contract = MeanMagnitude::new;
    contract.nameAndTitleAreStable();
    contract.everyBlockGetsAFiniteNumber();
    contract.everyLinearGetsAFiniteNumber();
    contract.selectedLinearsAreEnough();
    contract.resultIsReproducible();
    contract.modelStaysDense();
    contract.nanWeightIsRefused();
    contract.progressIsAnnounced();
  }
}
