package io.github.owlprune.pruning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Replacement;
import io.github.owlprune.model.Tap;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.InputStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A strategy that gives linears another form, with models that keep the form or do not. */
class ReplacementTest {
  private static final int WIDTH = ToyModel.WIDTH;
  private static final int BLOCKS = 3;
  private static final int LARGEST = 7; // few steps, so that many weights become zero
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(IntStream.range(0, 9).toArray(), IntStream.range(5, 25).toArray()));

  /** A weight as integers, with a scale for each row. */
  private static final class Quantized implements Replacement {
    private final byte[][] steps;
    private final float[] scales;

    Quantized(Matrix weight) {
      this.steps = new byte[weight.rows()][weight.columns()];
      this.scales = new float[weight.rows()];
      float[] row = new float[weight.columns()];
      for (int r = 0; r < steps.length; r++) {
        weight.read(r, row);
        for (float w : row) {
          scales[r] = Math.max(scales[r], Math.abs(w) / LARGEST);
        }
        for (int j = 0; j < row.length; j++) {
          steps[r][j] = (byte) Math.round(row[j] / scales[r]);
        }
      }
    }

    float[][] dense() {
      float[][] dense = new float[steps.length][steps[0].length];
      for (int r = 0; r < dense.length; r++) {
        for (int j = 0; j < dense[r].length; j++) {
          dense[r][j] = steps[r][j] * scales[r];
        }
      }
      return dense;
    }

    long zeros() {
      return Arrays.stream(steps)
          .mapToLong(row -> IntStream.range(0, row.length).filter(j -> row[j] == 0).count())
          .sum();
    }

    /** Multiplies a row with the integers and then with the scale, as a fast kernel would. */
    double product(int row, float[] x, int from) {
      double sum = 0;
      for (int j = 0; j < steps[row].length; j++) {
        sum += steps[row][j] * x[from + j];
      }
      return sum * scales[row];
    }

    @Override
    public void writeDense(INDArray weight) {
      Matrix into = Matrix.of(weight);
      float[][] dense = dense();
      for (int r = 0; r < dense.length; r++) {
        into.write(r, dense[r]);
      }
    }

    @Override
    public long bytes() {
      return (long) steps.length * (steps[0].length + Float.BYTES);
    }
  }

  /** Quantizes whatever the target is, and remembers the norms it got and the forms it made. */
  private static final class Quantizing implements Compressor {
    final List<ColumnNorms> seen = new ArrayList<>();
    final List<Quantized> made = new ArrayList<>();

    @Override
    public String name() {
      return "quantizing";
    }

    @Override
    public Outcome compress(
        INDArray weight, InputStatistics statistics, Target target, Workers workers) {
      seen.add(statistics.get(ColumnNorms.KIND));
      made.add(new Quantized(Matrix.of(weight)));
      return Outcome.replacedBy(made.get(made.size() - 1));
    }
  }

  /** Blocks of one linear, {@code x ← x + tanh(W x)}, that keep W in the form it was given. */
  private static final class KeepingModel implements Model {
    final List<KeepingBlock> blocks = new ArrayList<>();
    final List<String> events = new ArrayList<>();

    KeepingModel(long seed) {
      Random random = new Random(seed);
      for (int b = 0; b < BLOCKS; b++) {
        float[][] weight = new float[WIDTH][WIDTH];
        for (float[] row : weight) {
          for (int j = 0; j < WIDTH; j++) {
            row[j] = (float) random.nextGaussian();
          }
        }
        blocks.add(new KeepingBlock(this, "block." + b, weight));
      }
    }

    @Override
    public int width() {
      return WIDTH;
    }

    @Override
    public List<KeepingBlock> blocks() {
      return blocks;
    }

    @Override
    public void check(int[] sequence) {}

    @Override
    public void embed(int[] sequence, float[] hidden) {
      for (int i = 0; i < hidden.length; i++) {
        hidden[i] = (float) Math.sin(1 + sequence[i / WIDTH] * 7 + i % WIDTH * 3);
      }
    }
  }

  private static final class KeepingBlock implements Block {
    private final KeepingModel model;
    private final String name;
    private final float[][] weight;
    Quantized saved;

    KeepingBlock(KeepingModel model, String name, float[][] weight) {
      this.model = model;
      this.name = name;
      this.weight = weight;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Linear> linears() {
      return List.of(new Linear("w", WIDTH, WIDTH, "x"));
    }

    @Override
    public OpenBlock open(Workers workers) {
      return new OpenKeepingBlock(this);
    }

    /** Runs a sequence through the form if there is one, else through the dense weight. */
    void forward(Quantized form, float[] hidden) {
      for (int from = 0; from < hidden.length; from += WIDTH) {
        float[] out = new float[WIDTH];
        for (int r = 0; r < WIDTH; r++) {
          double product = 0;
          for (int j = 0; form == null && j < WIDTH; j++) {
            product += weight[r][j] * hidden[from + j];
          }
          out[r] = (float) Math.tanh(form == null ? product : form.product(r, hidden, from));
        }
        for (int r = 0; r < WIDTH; r++) {
          hidden[from + r] += out[r];
        }
      }
    }
  }

  private static final class OpenKeepingBlock implements OpenBlock {
    private final KeepingBlock block;
    private final Matrix dense = Matrix.allocate(WIDTH, WIDTH);
    private Quantized form;

    OpenKeepingBlock(KeepingBlock block) {
      this.block = block;
      for (int r = 0; r < WIDTH; r++) {
        dense.write(r, block.weight[r]);
      }
    }

    @Override
    public INDArray weight(Linear linear) {
      return dense.array();
    }

    @Override
    public void replace(Linear linear, Replacement replacement) {
      form = (Quantized) replacement;
      form.writeDense(dense.array());
      block.model.events.add("replace " + block.name + "." + linear.name());
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      block.model.events.add((form == null ? "dense " : "quantized ") + block.name);
      int tokens = hidden.length / WIDTH;
      try (Matrix x = Matrix.allocate(tokens, WIDTH)) {
        for (int t = 0; t < tokens; t++) {
          x.write(t, hidden, t * WIDTH, WIDTH);
        }
        tap.accept("x", x.array());
      }
      block.forward(form, hidden);
    }

    @Override
    public void save() {
      block.model.events.add("save " + block.name);
      block.saved = form;
    }

    @Override
    public void close() {
      dense.close();
    }
  }

  private static Plan plan(Model model) {
    return Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(0.5).plan();
  }

  /** Computes {@code Σ x_j² / sequences} of the inputs of every block, in double. */
  private static List<double[]> squaredNorms(KeepingModel model, boolean dense) {
    List<double[]> each = new ArrayList<>();
    for (KeepingBlock unused : model.blocks) {
      each.add(new double[WIDTH]);
    }
    for (int[] sequence : CALIBRATION.sequences()) {
      float[] hidden = new float[sequence.length * WIDTH];
      model.embed(sequence, hidden);
      for (int b = 0; b < BLOCKS; b++) {
        for (int i = 0; i < hidden.length; i++) {
          each.get(b)[i % WIDTH] += (double) hidden[i] * hidden[i] / 2;
        }
        KeepingBlock block = model.blocks.get(b);
        block.forward(dense ? null : block.saved, hidden);
      }
    }
    return each;
  }

  @Test
  void aBlockThatKeepsTheFormRunsAndSavesIt() {
    KeepingModel model = new KeepingModel(1);
    Quantizing quantizing = new Quantizing();
    Report report = Owl.follow(model, CALIBRATION, plan(model)).prune(quantizing);
    List<String> expected = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      String block = "block." + b;
      expected.addAll(List.of("dense " + block, "dense " + block)); // for two sequences
      expected.addAll(List.of("replace " + block + ".w", "save " + block));
      if (b < BLOCKS - 1) {
        expected.addAll(
            List.of("quantized " + block, "quantized " + block)); // and again to advance
      }
    }
    assertEquals(expected, model.events);
    for (int b = 0; b < BLOCKS; b++) {
      assertNotNull(model.blocks.get(b).saved);
      assertEquals(quantizing.made.get(b), model.blocks.get(b).saved);
      Report.PrunedLinear linear = report.blocks().get(b).linears().get(0);
      assertEquals(quantizing.made.get(b).zeros(), linear.zeros());
      assertTrue(linear.zeros() > 0 && linear.zeros() < linear.weights(), report::toString);
    }
    assertEquals("quantizing", report.pruner());
  }

  @Test
  void laterBlocksObserveWhatTheFormsCompute() {
    KeepingModel model = new KeepingModel(2);
    Quantizing quantizing = new Quantizing();
    Owl.follow(model, CALIBRATION, plan(model)).prune(quantizing);
    List<double[]> byForms = squaredNorms(model, false);
    List<double[]> byDense = squaredNorms(model, true);
    for (int b = 0; b < BLOCKS; b++) {
      double[] seen = quantizing.seen.get(b).squared();
      for (int j = 0; j < WIDTH; j++) {
        // Norms are summed in float over runs of 16 rows: at most 17 · 2^-24.
        assertEquals(byForms.get(b)[j], seen[j], 1.1e-6 * byForms.get(b)[j]);
      }
      double off = 0;
      for (int j = 0; j < WIDTH; j++) {
        off = Math.max(off, Math.abs(byDense.get(b)[j] / seen[j] - 1));
      }
      assertEquals(b > 0, off > 1e-3, "only what enters the first block is as in the dense model");
    }
  }

  @Test
  void aTrialKeepsNoForm() {
    KeepingModel model = new KeepingModel(3);
    Plan plan = plan(model);
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION)
            .withOutlierThresholds(1.5)
            .withTrial("quantized", plan, new Quantizing())
            .measure();
    for (KeepingBlock block : model.blocks) {
      assertNull(block.saved);
    }
    assertTrue(model.events.contains("replace block.2.w"), model.events::toString);
    Report report = Owl.follow(model, CALIBRATION, plan).prune(new Quantizing());
    assertEquals(report.achieved(), analysis.pruned().get(0).achieved());
    assertTrue(report.achieved() > 0);
  }

  @Test
  void aBlockThatDoesNotOverrideReplaceStoresTheDenseWeight() {
    ToyModel model = new ToyModel(BLOCKS, 4);
    Plan plan = plan(model);
    Quantizing first = new Quantizing();
    Report report = Owl.follow(model, CALIBRATION, plan).prune(first);
    for (int b = 0; b < BLOCKS; b++) {
      for (int l = 0; l < 2; l++) {
        Report.PrunedLinear linear = report.blocks().get(b).linears().get(l);
        Quantized made = first.made.get(2 * b + l);
        assertArrayEquals(made.dense(), model.blocks.get(b).weights.get(linear.name()));
        assertEquals(made.zeros(), linear.zeros());
      }
    }
    // Quantizing twice changes nothing, so every block must observe the same as before.
    Quantizing again = new Quantizing();
    Owl.follow(model, CALIBRATION, plan).prune(again);
    Quantizing dense = new Quantizing();
    Owl.follow(new ToyModel(BLOCKS, 4), CALIBRATION, plan).withDenseActivations().prune(dense);
    for (int l = 0; l < 2 * BLOCKS; l++) {
      assertArrayEquals(first.made.get(l).dense(), again.made.get(l).dense());
      assertArrayEquals(first.seen.get(l).squared(), again.seen.get(l).squared());
      boolean sameAsDense = Arrays.equals(first.seen.get(l).squared(), dense.seen.get(l).squared());
      assertEquals(l < 2, sameAsDense, "only the first block sees what it sees in a dense model");
    }
  }
}
