package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A residual network of pairs of linears that share their input: {@code x ← x + tanh(A x) ∘ tanh(B
 * x)}. It records what happens to it.
 */
public final class ToyModel implements LossModel {
  public static final int WIDTH = 12;

  public final List<ToyBlock> blocks = new ArrayList<>();
  public final List<String> events = new ArrayList<>();
  public final List<String> remarks = new ArrayList<>();

  public ToyModel(int blocks, long seed) {
    Random random = new Random(seed);
    for (int b = 0; b < blocks; b++) {
      this.blocks.add(new ToyBlock("block." + b, random, b));
    }
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public List<ToyBlock> blocks() {
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

  /** A state's numbers are the logits of the next token, modulo the width. */
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
        return sum / (sequence.length - 1);
      }

      @Override
      public void close() {
        events.add("close loss");
      }
    };
  }

  @Override
  public List<String> remarks() {
    return remarks;
  }

  @Override
  public void endPruning(String planJson, String reportJson) {
    events.add("end");
  }

  @Override
  public void abandon() {
    events.add("abandon");
  }

  public final class ToyBlock implements Block {
    private final String name;
    public final Map<String, float[][]> weights = new HashMap<>();

    ToyBlock(String name, Random random, int loud) {
      this.name = name;
      for (String linear : List.of("a", "b")) {
        float[][] w = new float[WIDTH][WIDTH];
        for (float[] row : w) {
          for (int j = 0; j < WIDTH; j++) {
            row[j] = (float) random.nextGaussian() * (j <= loud ? 2f : 0.3f);
          }
        }
        weights.put(linear, w);
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Linear> linears() {
      return List.of(new Linear("a", WIDTH, WIDTH, "x"), new Linear("b", WIDTH, WIDTH, "x"));
    }

    @Override
    public OpenBlock open(Workers workers) {
      events.add("open " + name);
      return new Opened(this);
    }
  }

  private final class Opened implements OpenBlock {
    private final ToyBlock block;
    private final Map<String, Matrix> matrices = new HashMap<>();

    Opened(ToyBlock block) {
      this.block = block;
      block.weights.forEach(
          (name, w) -> {
            Matrix m = Matrix.allocate(WIDTH, WIDTH);
            for (int r = 0; r < WIDTH; r++) {
              m.write(r, w[r]);
            }
            matrices.put(name, m);
          });
    }

    private Matrix matrix(String name) {
      return Objects.requireNonNull(matrices.get(name));
    }

    @Override
    public INDArray weight(Linear linear) {
      return matrix(linear.name()).array();
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      int tokens = hidden.length / WIDTH;
      try (Matrix x = Matrix.allocate(tokens, WIDTH)) {
        for (int t = 0; t < tokens; t++) {
          x.write(t, hidden, t * WIDTH, WIDTH);
        }
        tap.accept("x", x.array());
      }
      float[] a = new float[WIDTH];
      float[] b = new float[WIDTH];
      for (int t = 0; t < tokens; t++) {
        float[] out = new float[WIDTH];
        for (int r = 0; r < WIDTH; r++) {
          matrix("a").read(r, a);
          matrix("b").read(r, b);
          double p = 0;
          double q = 0;
          for (int j = 0; j < WIDTH; j++) {
            p += a[j] * hidden[t * WIDTH + j];
            q += b[j] * hidden[t * WIDTH + j];
          }
          out[r] = (float) (Math.tanh(p) * Math.tanh(q));
        }
        for (int r = 0; r < WIDTH; r++) {
          hidden[t * WIDTH + r] += out[r];
        }
      }
    }

    @Override
    public void save() {
      events.add("save " + block.name());
      block.weights.forEach(
          (name, w) -> {
            for (int r = 0; r < WIDTH; r++) {
              matrix(name).read(r, w[r]);
            }
          });
    }

    @Override
    public void close() {
      events.add("close " + block.name());
      matrices.values().forEach(Matrix::close);
    }
  }
}
