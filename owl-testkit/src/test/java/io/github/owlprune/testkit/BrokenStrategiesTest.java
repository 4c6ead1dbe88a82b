package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.OutputError;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Strategies with one fault each fail the test of the contract that is about it. */
class BrokenStrategiesTest {
  /** Zeroes the smallest magnitudes the obvious way, and checks nothing. */
  static class Naive implements Compressor {
    @Override
    public String name() {
      return "naive";
    }

    @Override
    public Set<StatisticKind<?>> statistics() {
      return Set.of();
    }

    @Override
    public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
      Matrix w = Matrix.of(weight);
      float[][] values = Matrices.values(w);
      int columns = w.columns();
      Sparsity sparsity = target.requireSparsity(name());
      int size = sparsity instanceof Sparsity.NOfM pattern ? pattern.of() : w.rows() * columns;
      long count =
          sparsity instanceof Sparsity.NOfM pattern
              ? pattern.of() - pattern.kept()
              : zeros(size, sparsity.zeros());
      for (int from = 0; from + size <= w.rows() * columns; from += size) {
        IntStream.range(from, from + size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> Math.abs(values[i / columns][i % columns])))
            .limit(count)
            .forEach(
                i -> values[i / columns][i % columns] = removed(values[i / columns][i % columns]));
      }
      after(values, seen, workers);
      for (int r = 0; r < values.length; r++) {
        w.write(r, values[r]);
      }
      return Outcome.IN_PLACE;
    }

    long zeros(int size, double share) {
      return Sparsity.zerosAmong(size, share);
    }

    float removed(float weight) {
      return 0;
    }

    /** Works on the pruned values before they are written back. */
    void after(float[][] values, InputStatistics seen, Workers workers) {}
  }

  /** A naive strategy that declares column norms. */
  static class WithNorms extends Naive {
    @Override
    public Set<StatisticKind<?>> statistics() {
      return Set.of(ColumnNorms.KIND);
    }
  }

  private static Arguments fault(
      String fault, Compressor broken, ThrowingConsumer<CompressorContract> test, String message) {
    return argumentSet(fault, broken, test, message);
  }

  static Stream<Arguments> faults() {
    return Stream.concat(Stream.concat(faultsOfNames(), faultsOfCounts()), faultsOfInputs());
  }

  private static Stream<Arguments> faultsOfNames() {
    return Stream.of(
        fault(
            "a name of two words",
            new Naive() {
              @Override
              public String name() {
                return "My Strategy";
              }
            },
            CompressorContract::nameAndSettingsAreStable,
            "the name is \"My Strategy\""),
        fault(
            "settings that change",
            new Naive() {
              private int calls;

              @Override
              public String settings() {
                return "call " + calls++;
              }
            },
            CompressorContract::nameAndSettingsAreStable,
            "call 1"),
        fault(
            "an error of NaN",
            new Naive() {
              @Override
              public Outcome compress(
                  INDArray weight, InputStatistics seen, Target target, Workers workers) {
                return Outcome.inPlace(List.of(new OutputError("mask", Double.NaN)), List.of());
              }
            },
            CompressorContract::reportIsComplete,
            "NaN"));
  }

  private static Stream<Arguments> faultsOfCounts() {
    return Stream.of(
        fault(
            "rounds up",
            new Naive() {
              @Override
              long zeros(int size, double share) {
                return (long) Math.ceil(size * share);
              }
            },
            CompressorContract::shareIsReachedExactly,
            "zeros for 0.1 of 7 x 24"),
        fault(
            "rounds 28.999… down",
            new Naive() {
              @Override
              long zeros(int size, double share) {
                return (long) (size * share);
              }
            },
            CompressorContract::oneRowIsPruned,
            "zeros for 0.29 of 1 x 100"),
        fault(
            "leaves -0.0",
            new Naive() {
              @Override
              float removed(float weight) {
                return 0 * weight;
              }
            },
            CompressorContract::shareIsReachedExactly,
            "a pruned weight is -0.0"),
        fault(
            "reads a second column",
            new Naive() {
              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                values[0][1] += 0;
              }
            },
            CompressorContract::oneColumnIsPruned,
            "Index 1 out of bounds"),
        fault(
            "ignores windows",
            new Naive() {
              @Override
              public Outcome compress(
                  INDArray weight, InputStatistics seen, Target target, Workers workers) {
                double share = target.requireSparsity(name()).zeros();
                return super.compress(weight, seen, new Sparsity.Unstructured(share), workers);
              }
            },
            CompressorContract::everyWindowKeepsAsManyWeights,
            "1:2 in row 0"),
        fault(
            "shrinks what it keeps",
            new Naive() {
              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                values[0][0] *= 0.9f;
              }
            },
            CompressorContract::weightsStayIfNothingIsRemoved,
            "0.0000 changes row 0"),
        fault(
            "depends on the threads",
            new Naive() {
              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                values[0][0] *= workers.threads() == 8 ? 1.001f : 1;
              }
            },
            CompressorContract::threadsChangeNothing,
            "8 threads"),
        fault(
            "remembers the last linear",
            new Naive() {
              private float last = 1;

              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                values[0][0] += last;
                last = values[1][1];
              }
            },
            CompressorContract::nothingIsRememberedFromOneLinearToTheNext,
            "the second time"),
        fault(
            "has one buffer for all",
            new Naive() {
              private final AtomicInteger calls = new AtomicInteger();
              private final CyclicBarrier bothWrote = new CyclicBarrier(2);
              private float[][] buffer = {};

              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                buffer = values.clone();
                if (calls.incrementAndGet() > 2) { // the first two linears are compressed alone
                  await(bothWrote);
                }
                System.arraycopy(buffer, 0, values, 0, Math.min(buffer.length, values.length));
              }
            },
            CompressorContract::twoLinearsAreCompressedAtOnce,
            ""));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Arguments> faultsOfInputs() {
    Compressor dividing =
        new WithNorms() {
          @Override
          void after(float[][] values, InputStatistics seen, Workers workers) {
            float[] norms = seen.get(ColumnNorms.KIND).norms();
            for (float[] row : values) {
              for (int j = 0; j < row.length; j++) {
                row[j] = row[j] * norms[j] / norms[j];
              }
            }
          }
        };
    return Stream.of(
        fault(
            "keeps NaN",
            new Naive(),
            CompressorContract::nonFiniteWeightIsRefused,
            "the weight NaN at 0 with the target 0.0000"),
        fault(
            "does not check the inputs",
            new WithNorms(),
            CompressorContract::nonFiniteInputIsRefused,
            "the input NaN with the target 0.0000"),
        fault(
            "uses inputs it did not ask for",
            new Naive() {
              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                values[0][0] *= seen.get(ColumnNorms.KIND).norms()[0];
              }
            },
            CompressorContract::shareIsReachedExactly,
            "no column norms were gathered"),
        fault(
            "divides by norms, all zero",
            dividing,
            CompressorContract::inputsThatAreAllZeroAreHandled,
            "a weight is NaN"),
        fault(
            "divides by norms, some zero",
            dividing,
            CompressorContract::someInputsThatAreZeroDoNoHarm,
            "a weight is NaN"),
        fault(
            "lets windows cross rows",
            new Naive(),
            CompressorContract::patternThatDoesNotDivideTheInputsIsRefused,
            "IllegalArgumentException to be thrown"),
        fault(
            "does not compare widths",
            new WithNorms(),
            CompressorContract::statisticsOfAnotherWidthAreRefused,
            "IllegalArgumentException to be thrown"),
        fault(
            "keeps the first mask for all linears",
            new WithNorms() {
              @Override
              void after(float[][] values, InputStatistics seen, Workers workers) {
                Mask mask = seen.derived("mask", Mask.class, () -> new Mask(values[0].clone()));
                for (int j = 0; j < values[0].length; j++) {
                  values[0][j] = mask.first[j] == 0 ? 0 : values[0][j];
                }
              }
            },
            CompressorContract::linearsThatShareAnInputShareItsStatistics,
            "row 0"));
  }

  /** The first row that was pruned. */
  private static final class Mask implements AutoCloseable {
    private final float[] first;

    Mask(float[] first) {
      this.first = first;
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultIsFound(Compressor broken, ThrowingConsumer<CompressorContract> test, String message) {
    CompressorContract contract = () -> broken;
    Throwable failure = assertThrows(Throwable.class, () -> test.accept(contract));
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
  }

  /** So it is the fault that makes the others fail. */
  @Test
  void naiveStrategyPassesWhatItDoesNotNeglect() throws Exception {
    CompressorContract contract = Naive::new;
    contract.nameAndSettingsAreStable();
    contract.shareIsReachedExactly();
    contract.oneRowIsPruned();
    contract.oneColumnIsPruned();
    contract.everyWindowKeepsAsManyWeights();
    contract.weightsStayIfNothingIsRemoved();
    contract.inputsThatAreAllZeroAreHandled();
    contract.someInputsThatAreZeroDoNoHarm();
    contract.threadsChangeNothing();
    contract.nothingIsRememberedFromOneLinearToTheNext();
    contract.twoLinearsAreCompressedAtOnce();
    contract.linearsThatShareAnInputShareItsStatistics();
    contract.reportIsComplete();
  }
}
