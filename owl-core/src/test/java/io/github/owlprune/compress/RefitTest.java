package io.github.owlprune.compress;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Replacement;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class RefitTest {
  private static final double DAMPENING = 0.01;

  /** Returns correlated inputs, some of larger magnitude than others. */
  private static double[][] tokens(int count, int inputs, Random random) {
    double[][] x = new double[count][inputs];
    for (double[] row : x) {
      double common = random.nextGaussian();
      for (int j = 0; j < inputs; j++) {
        row[j] = (float) ((common + random.nextGaussian()) * (1 + j % 3));
      }
    }
    return x;
  }

  private static Matrix matrix(double[][] values) {
    Matrix m = Matrix.allocate(values.length, values[0].length);
    float[] row = new float[m.columns()];
    for (int r = 0; r < values.length; r++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) values[r][j];
      }
      m.write(r, row);
    }
    return m;
  }

  private static double[][] weights(int rows, int inputs, Random random) {
    double[][] w = new double[rows][inputs];
    for (double[] row : w) {
      for (int j = 0; j < inputs; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return w;
  }

  private static double[][] values(Matrix m) {
    double[][] values = new double[m.rows()][m.columns()];
    float[] row = new float[m.columns()];
    for (int r = 0; r < values.length; r++) {
      m.read(r, row);
      for (int j = 0; j < row.length; j++) {
        values[r][j] = row[j];
      }
    }
    return values;
  }

  private static double outputError(double[][] dense, double[][] pruned, double[][] x) {
    RealMatrix w = new Array2DRowRealMatrix(dense);
    RealMatrix xt = new Array2DRowRealMatrix(x).transpose();
    double lost = w.subtract(new Array2DRowRealMatrix(pruned)).multiply(xt).getFrobeniusNorm();
    return lost / w.multiply(xt).getFrobeniusNorm();
  }

  /** The outcome for a linear, and its weights before and after. */
  private static final class Refitted {
    final Outcome outcome;
    final double[][] dense;
    final double[][] pruned;
    final double[][] x;

    Refitted(Outcome outcome, double[][] dense, double[][] pruned, double[][] x) {
      this.outcome = outcome;
      this.dense = dense;
      this.pruned = pruned;
      this.x = x;
    }
  }

  private static Refitted refit(long seed, int rows, int inputs, int count, int threads) {
    Random random = new Random(seed);
    double[][] x = tokens(count, inputs, random);
    double[][] dense = weights(rows, inputs, random);
    Refit refit = Refit.refit(magnitude()).withSteps(200);
    try (Workers workers = Workers.open(threads);
        Matrix w = matrix(dense);
        Matrix all = matrix(x);
        InputStatistics seen = new InputStatistics(inputs).gather(refit.statistics())) {
      seen.add(all.array(), workers);
      Outcome outcome = refit.compress(w.array(), seen, new Sparsity.Unstructured(0.5), workers);
      return new Refitted(outcome, dense, values(w), x);
    }
  }

  @Property(tries = 50)
  void solvesEachRowToTheExactLeastSquaresSolution(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int rows,
      @ForAll @IntRange(min = 2, max = 14) int inputs) {
    Refitted ours = refit(seed, rows, inputs, 64, 1);
    RealMatrix x = new Array2DRowRealMatrix(ours.x);
    RealMatrix h = x.transpose().multiply(x).scalarMultiply(2);
    double added = DAMPENING * h.getTrace() / inputs;
    for (int j = 0; j < inputs; j++) {
      h.addToEntry(j, j, added);
    }
    for (int r = 0; r < rows; r++) {
      double[] now = ours.pruned[r];
      int[] kept = IntStream.range(0, inputs).filter(j -> now[j] != 0).toArray();
      if (kept.length == 0) {
        continue;
      }
      // At the kept positions: H_kk w_k = (H w₀)_k.
      double[] right = h.operate(ours.dense[r]);
      double[] wanted = Arrays.stream(kept).mapToDouble(j -> right[j]).toArray();
      double[] exact =
          new CholeskyDecomposition(h.getSubMatrix(kept, kept))
              .getSolver()
              .solve(new ArrayRealVector(wanted, false))
              .toArray();
      for (int k = 0; k < kept.length; k++) {
        // float32, with a condition number of a few hundred
        assertEquals(exact[k], now[kept[k]], 1e-3);
      }
    }
  }

  @Property(tries = 30)
  void reportsTheErrorsLowersThemAndKeepsTheZeros(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 120) int rows,
      @ForAll @IntRange(min = 1, max = 300) int inputs) {
    Refitted ours = refit(seed, rows, inputs, 400, 2);
    double[][] masked = new double[rows][inputs];
    long zeros = 0;
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < inputs; j++) {
        masked[r][j] = ours.pruned[r][j] == 0 ? 0 : ours.dense[r][j];
        zeros += ours.pruned[r][j] == 0 ? 1 : 0;
      }
    }
    assertEquals(Sparsity.zerosAmong((long) rows * inputs, 0.5), zeros);
    OutputError before = ours.outcome.outputErrors().get(0);
    OutputError after = ours.outcome.outputErrors().get(1);
    assertEquals("mask", before.after());
    assertEquals("refit", after.after());
    // The report's figures come from a float32 Hessian, these from the tokens in double.
    double scale = 1e-4;
    assertEquals(outputError(ours.dense, masked, ours.x), before.relative(), scale);
    assertEquals(outputError(ours.dense, ours.pruned, ours.x), after.relative(), scale);
    // The objective includes the dampening, which accounts for at most this share of the output.
    assertTrue(after.relative() <= before.relative() * (1 + DAMPENING) + scale);
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    assertArrayEquals(refit(3, 250, 200, 300, 1).pruned, refit(3, 250, 200, 300, 3).pruned);
  }

  @Test
  void fewerTokensThanInputsCauseARemark() {
    String remark = refit(1, 4, 20, 8, 1).outcome.remarks().get(0);
    assertTrue(remark.contains("8 calibration tokens for 20 inputs"), remark);
    assertTrue(refit(1, 4, 20, 20, 1).outcome.remarks().isEmpty());
  }

  @Test
  void inputsThatAreAllZeroLeaveNothingToRefit() {
    Refit refit = Refit.refit(magnitude());
    try (Workers workers = Workers.open(1);
        Matrix w = matrix(new double[][] {{4, -3, 2, 1}});
        Matrix x = matrix(new double[5][4]);
        InputStatistics seen = new InputStatistics(4).gather(refit.statistics())) {
      seen.add(x.array(), workers);
      Outcome outcome = refit.compress(w.array(), seen, new Sparsity.Unstructured(0.5), workers);
      assertArrayEquals(new double[][] {{4, -3, 0, 0}}, values(w));
      assertTrue(outcome.remarks().get(0).contains("zero in every calibration token"));
      assertTrue(outcome.remarks().get(0).contains("not re-fitted"));
    }
  }

  @Test
  void anotherFormIsNotRefitted() {
    Compressor replacing =
        new Compressor() {
          @Override
          public String name() {
            return "replacing";
          }

          @Override
          public Set<StatisticKind<?>> statistics() {
            return Set.of();
          }

          @Override
          public Outcome compress(
              INDArray weight, InputStatistics seen, Target target, Workers workers) {
            return Outcome.replacedBy(new Zeros(weight.length()));
          }
        };
    Refit refit = Refit.refit(replacing);
    try (Workers workers = Workers.open(1);
        Matrix w = matrix(weights(2, 3, new Random(1)));
        Matrix x = matrix(tokens(4, 3, new Random(2)));
        InputStatistics seen = new InputStatistics(3).gather(refit.statistics())) {
      seen.add(x.array(), workers);
      double[][] before = values(w);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> refit.compress(w.array(), seen, new Sparsity.Unstructured(0.5), workers))
              .getMessage();
      assertTrue(message.contains("replacing gives a linear another form"), message);
      assertArrayEquals(before, values(w), "unchanged");
    }
  }

  /** A form that stands for zeros. */
  private record Zeros(long count) implements Replacement {
    @Override
    public void writeDense(INDArray weight) {
      weight.assign(0);
    }

    @Override
    public long bytes() {
      return count;
    }
  }

  @Test
  void aRefitNeedsTheSelectorsStatisticsAndAHessian() {
    Refit refit = Refit.refit(magnitude());
    assertEquals(Set.of(Hessian.KIND), refit.statistics());
    assertEquals(Set.of(Hessian.KIND), Refit.refit(refit).statistics());
    assertEquals("magnitude+refit, dampening 0.01, 15 steps", refit.settings());
    assertNotEquals(refit.settings(), refit.withSteps(3).settings());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    Refit refit = Refit.refit(magnitude());
    for (double bad : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> refit.withDampening(bad));
    }
    assertThrows(IllegalArgumentException.class, () -> refit.withSteps(0));
    assertEquals("magnitude+refit", refit.name());
  }
}
