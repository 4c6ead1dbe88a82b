package io.github.owlprune.cli;

import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.measure.JudgingCost;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.models.CausalLm;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An estimate of a run's time and memory from the model's shapes and the timed speed of a product.
 *
 * @param multiplyAdds the multiply-adds of all passes
 * @param perSecond the multiply-adds per second of a plain product on these threads
 * @param fixedBytes the memory for one block, the buffers of the forward pass and statistics
 * @param statisticsBytes the part of {@code fixedBytes} for the statistics of a block
 * @param divisibleBytes the part of them that is not needed if they are gathered for one input at a
 *     time; 0 if they must be gathered together
 * @param stateBytes the size of the hidden states
 */
record Estimate(
    double multiplyAdds,
    double perSecond,
    long fixedBytes,
    long statisticsBytes,
    long divisibleBytes,
    long stateBytes) {
  private static final int SIZE = 1024;
  private static final int PRODUCTS = 8;

  /** Speed of a forward pass relative to a plain product (measured: 0.65 to 0.85). */
  private static final double SHARE = 0.7;

  /** Cost of an observation relative to a forward pass, as it omits the last product. */
  private static final double OBSERVATION = 0.8;

  /** Products of a weight with a Hessian: about 40 rounds, three refits of 17, two of them half. */
  private static final int ADMM_PRODUCTS = 75;

  /** Triangular products of two squares, one per ρ, expressed as full products. */
  private static final int ADMM_INVERSES = 7;

  /** Squares that LAPACK's eigendecomposition needs besides the Hessian, instead of its factor. */
  private static final int DECOMPOSITION_SQUARES = 3;

  /** Squares during the rounds: the eigenvectors and an inverse. */
  private static final int ROUNDS_SQUARES = 2;

  /** Copies of the weight during the rounds. */
  private static final int ROUNDS_WEIGHTS = 5;

  private static final long JVM_BYTES = 250L << 20;

  static Estimate of(
      CausalLm model, TokenIds calibration, boolean measure, boolean prune, int threads) {
    return of(model, calibration, (measure ? 1 : 0), prune ? 1 : 0, threads);
  }

  /** Estimates several measuring and several pruning passes. */
  static Estimate of(
      CausalLm model, TokenIds calibration, int measurings, int prunings, int threads) {
    double passes = measurings + prunings * (1 + OBSERVATION);
    double forward = 0;
    long tokens = 0;
    int longest = 0;
    for (int[] sequence : calibration.sequences()) {
      model.check(sequence);
      forward += model.multiplyAdds(sequence.length);
      tokens += sequence.length;
      longest = Math.max(longest, sequence.length);
    }
    return new Estimate(
        passes * forward,
        speed(threads),
        JVM_BYTES + model.bytesOfOneBlock(longest, threads),
        0,
        0,
        tokens * model.width() * Float.BYTES);
  }

  /** Adds the cost of evaluating pruned variants on the last calibration sequences. */
  Estimate withJudging(CausalLm model, TokenIds calibration, JudgingCost cost) {
    List<int[]> judging = calibration.sequences().stream().skip(cost.scoringSequences()).toList();
    double judged = 0;
    long kept = 0;
    for (int[] sequence : judging) {
      double head = (double) sequence.length * model.vocabulary() * model.width();
      judged += cost.passes() * model.multiplyAdds(sequence.length) + cost.losses() * head;
      kept += (long) cost.variants() * sequence.length * model.width() * Float.BYTES;
    }
    return new Estimate(
        multiplyAdds + judged,
        perSecond,
        fixedBytes,
        statisticsBytes,
        divisibleBytes,
        Math.max(stateBytes, kept));
  }

  /**
   * Adds to {@code prunings} passes a Hessian of each distinct input and the factor of the widest.
   */
  Estimate withHessians(CausalLm model, TokenIds calibration, int prunings) {
    if (prunings == 0) {
      return this;
    }
    double perToken = 0;
    long most = 0;
    long statistics = 0;
    long divisible = 0;
    for (Block block : model.blocks()) {
      Map<String, Long> squares = new HashMap<>();
      for (Linear linear : block.linears()) {
        long square = (long) linear.inputs() * linear.inputs();
        if (squares.put(linear.input(), square) == null) {
          perToken += model.shareOfTokens(block, linear) * square / 2; // one triangle
        }
      }
      long sum = squares.values().stream().mapToLong(s -> s).sum();
      long widest = squares.values().stream().mapToLong(s -> s).max().orElse(0);
      most = Math.max(most, (sum + widest) * Float.BYTES);
      statistics = Math.max(statistics, sum * Float.BYTES);
      divisible = Math.max(divisible, (sum - widest) * Float.BYTES);
    }
    double tokens = calibration.sequences().stream().mapToDouble(s -> s.length).sum();
    return new Estimate(
        multiplyAdds + prunings * tokens * perToken,
        perSecond,
        fixedBytes + most,
        statistics,
        divisible,
        stateBytes);
  }

  /** Returns the same estimate for a run that needs all statistics of a block at once. */
  Estimate undivided() {
    return new Estimate(multiplyAdds, perSecond, fixedBytes, statisticsBytes, 0, stateBytes);
  }

  /**
   * Adds ADMM to {@code prunings} passes: its eigenvectors, its rounds and its refits of three
   * candidates.
   */
  Estimate withRounds(CausalLm model, int prunings) {
    if (prunings == 0) {
      return this;
    }
    double products = 0;
    long most = 0;
    for (Block block : model.blocks()) {
      for (Linear linear : block.linears()) {
        long square = (long) linear.inputs() * linear.inputs();
        long weight = (long) linear.outputs() * linear.inputs();
        products += (double) square * ADMM_PRODUCTS * linear.outputs();
        products += (double) square * ADMM_INVERSES * linear.inputs();
        most = Math.max(most, DECOMPOSITION_SQUARES * square);
        most = Math.max(most, ROUNDS_SQUARES * square + ROUNDS_WEIGHTS * weight);
      }
    }
    return new Estimate(
        multiplyAdds + prunings * products,
        perSecond,
        fixedBytes + most * Float.BYTES,
        statisticsBytes,
        divisibleBytes,
        stateBytes);
  }

  private static double speed(int threads) {
    try (Workers workers = Workers.open(threads);
        Matrix a = Matrix.allocate(SIZE, SIZE);
        Matrix b = Matrix.allocate(SIZE, SIZE);
        Matrix c = Matrix.allocate(SIZE, SIZE)) {
      a.array().assign(1);
      b.array().assign(1);
      products(workers, a, b, c);
      long start = System.nanoTime();
      products(workers, a, b, c);
      double seconds = (System.nanoTime() - start) / 1e9;
      return (double) PRODUCTS * threads * SIZE * SIZE * SIZE / 8 / seconds;
    }
  }

  private static void products(Workers workers, Matrix a, Matrix b, Matrix c) {
    int rows = SIZE / 8;
    workers.run(
        PRODUCTS * workers.threads(),
        (task, worker) -> {
          Gemm.Tile first = new Gemm.Tile(a, task % 8 * rows, 0);
          Gemm.Tile result = new Gemm.Tile(c, task % 8 * rows, 0);
          Gemm.abt(rows, SIZE, SIZE, first, new Gemm.Tile(b, 0, 0), result);
        });
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "about %.1f minutes: %.1f T multiply-adds at %.0f G/s",
        multiplyAdds / (perSecond * SHARE) / 60,
        multiplyAdds / 1e12,
        perSecond * SHARE / 1e9);
  }
}
