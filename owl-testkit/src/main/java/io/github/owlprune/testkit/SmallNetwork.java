package io.github.owlprune.testkit;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A small random network with a loss, for tests that need a model but no checkpoint. Every block is
 *
 * <pre>{@code x ← x + down · (tanh(up · x) ∘ tanh(gate · x))}</pre>
 *
 * so two of its linears share an input, and no two inputs have the same width. Plain loops compute
 * it.
 */
public final class SmallNetwork implements LossModel {
  /** The width of the hidden states. */
  public static final int WIDTH = 12;

  /** The number of token ids, which start at 0. */
  public static final int TOKENS = 60;

  private static final int INNER = 20;
  private static final Linear UP = new Linear("up", INNER, WIDTH, "x");
  private static final Linear GATE = new Linear("gate", INNER, WIDTH, "x");
  private static final Linear DOWN = new Linear("down", WIDTH, INNER, "inner");

  private final List<SmallBlock> blocks = new ArrayList<>();

  /**
   * Creates a network.
   *
   * @param blocks at least 1
   * @param seed equal seeds yield equal weights
   */
  public SmallNetwork(int blocks, long seed) {
    Random random = new Random(seed);
    for (int b = 0; b < blocks; b++) {
      this.blocks.add(new SmallBlock("block." + b, b, random));
    }
  }

  /**
   * Returns the saved weight of a linear, which its block reads when it is opened.
   *
   * @param linear one of the network's linears
   * @return the array itself, {@code [outputs][inputs]}
   * @throws IllegalArgumentException if there is no such linear
   */
  public float[][] weight(LinearRef linear) {
    for (SmallBlock block : blocks) {
      if (block.name.equals(linear.block())) {
        return found(block.weights, linear.linear());
      }
    }
    throw new IllegalArgumentException("there is no block " + linear.block());
  }

  private static <T> T found(Map<String, T> byName, String linear) {
    T value = byName.get(linear);
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no linear " + linear + "; there are " + byName.keySet());
    }
    return value;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public List<? extends Block> blocks() {
    return List.copyOf(blocks);
  }

  @Override
  public void check(int[] sequence) {
    for (int token : sequence) {
      if (token < 0 || token >= TOKENS) {
        throw new IllegalArgumentException(
            "the token id " + token + " was given; it must be from 0 to " + (TOKENS - 1));
      }
    }
  }

  @Override
  public void embed(int[] sequence, float[] hidden) {
    for (int t = 0; t < sequence.length; t++) {
      for (int j = 0; j < WIDTH; j++) {
        hidden[t * WIDTH + j] = (float) Math.sin(1 + sequence[t] * 7 + j * 3);
      }
    }
  }

  /** Opens a loss that uses each token's states as logits of the next id, modulo the width. */
  @Override
  public OpenLoss openLoss(Workers workers) {
    return new OpenLoss() {
      @Override
      public double mean(int[] sequence, float[] hidden) {
        double sum = 0;
        for (int t = 0; t + 1 < sequence.length; t++) {
          double all = 0;
          for (int j = 0; j < WIDTH; j++) {
            all += Math.exp(hidden[t * WIDTH + j]);
          }
          sum += Math.log(all) - hidden[t * WIDTH + sequence[t + 1] % WIDTH];
        }
        if (!Double.isFinite(sum)) {
          throw new ArithmeticException("the states hold NaN or infinity");
        }
        return sum / Math.max(1, sequence.length - 1);
      }

      @Override
      public void close() {}
    };
  }

  private static final class SmallBlock implements Block {
    private final String name;
    private final Map<String, float[][]> weights = new LinkedHashMap<>();

    /** Draws weights; the later the block, the more of its inputs have large ones. */
    SmallBlock(String name, int index, Random random) {
      this.name = name;
      for (Linear linear : linears()) {
        float[][] w = new float[linear.outputs()][linear.inputs()];
        for (float[] row : w) {
          for (int j = 0; j < row.length; j++) {
            row[j] = (float) random.nextGaussian() * (j <= index ? 2f : 0.3f);
          }
        }
        weights.put(linear.name(), w);
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Linear> linears() {
      return List.of(UP, GATE, DOWN);
    }

    @Override
    public OpenBlock open(Workers workers) {
      return new OpenSmallBlock(this);
    }
  }

  private static final class OpenSmallBlock implements OpenBlock {
    private final SmallBlock block;
    private final Map<String, Matrix> matrices = new LinkedHashMap<>();

    OpenSmallBlock(SmallBlock block) {
      this.block = block;
      block.weights.forEach((name, w) -> matrices.put(name, Matrices.of(w)));
    }

    @Override
    public INDArray weight(Linear linear) {
      return found(matrices, linear.name()).array();
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      float[][] change = product(DOWN, inner(hidden, tap));
      for (int i = 0; i < hidden.length; i++) {
        hidden[i] += change[i / WIDTH][i % WIDTH];
      }
    }

    @Override
    public void observe(float[] hidden, Tap tap) {
      inner(hidden, tap);
    }

    /** Computes the input of {@code down}, one row for each token. */
    private float[][] inner(float[] hidden, Tap tap) {
      float[][] x = new float[hidden.length / WIDTH][WIDTH];
      for (int i = 0; i < hidden.length; i++) {
        x[i / WIDTH][i % WIDTH] = hidden[i];
      }
      pass(UP.input(), x, tap);
      float[][] inner = product(UP, x);
      float[][] gate = product(GATE, x);
      for (int t = 0; t < inner.length; t++) {
        for (int j = 0; j < INNER; j++) {
          inner[t][j] = (float) (Math.tanh(inner[t][j]) * Math.tanh(gate[t][j]));
        }
      }
      pass(DOWN.input(), inner, tap);
      return inner;
    }

    private static void pass(String input, float[][] rows, Tap tap) {
      try (Matrix matrix = Matrices.of(rows)) {
        tap.accept(input, matrix.array());
      }
    }

    /** Computes {@code y = x Wᵀ}. */
    private float[][] product(Linear linear, float[][] x) {
      float[][] w = Matrices.values(found(matrices, linear.name()));
      float[][] y = new float[x.length][w.length];
      for (int t = 0; t < x.length; t++) {
        for (int r = 0; r < w.length; r++) {
          double sum = 0;
          for (int j = 0; j < w[r].length; j++) {
            sum += (double) w[r][j] * x[t][j];
          }
          y[t][r] = (float) sum;
        }
      }
      return y;
    }

    @Override
    public void save() {
      matrices.forEach((name, matrix) -> block.weights.put(name, Matrices.values(matrix)));
    }

    @Override
    public void close() {
      matrices.values().forEach(Matrix::close);
    }
  }
}
