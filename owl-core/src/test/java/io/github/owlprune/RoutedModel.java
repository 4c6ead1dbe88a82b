package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Blocks of two linears in a row and two experts: {@code x ← second · first · x} plus what the
 * expert computes that the token is routed to. An id below 10 goes to the first expert.
 */
final class RoutedModel implements Model {
  static final int WIDTH = 8;

  private static final List<Linear> LINEARS =
      List.of(
          new Linear("first", WIDTH, WIDTH, "x"),
          new Linear("second", WIDTH, WIDTH, "middle"),
          new Linear("expert.0", WIDTH, WIDTH, "x.0"),
          new Linear("expert.1", WIDTH, WIDTH, "x.1"));

  final List<RoutedBlock> blocks = new ArrayList<>();

  RoutedModel(int blocks) {
    for (int b = 0; b < blocks; b++) {
      this.blocks.add(new RoutedBlock("block." + b));
    }
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public List<RoutedBlock> blocks() {
    return blocks;
  }

  @Override
  public void check(int[] sequence) {}

  /** The first number of a state decides the expert. */
  @Override
  public void embed(int[] sequence, float[] hidden) {
    for (int i = 0; i < hidden.length; i++) {
      int id = sequence[i / WIDTH];
      hidden[i] =
          i % WIDTH == 0 ? (id < 10 ? 1 : -1) : (float) Math.sin(1 + id * 7 + i % WIDTH * 3);
    }
  }

  static final class RoutedBlock implements Block, OpenBlock {
    private final String name;
    final Map<String, Matrix> weights = new TreeMap<>();

    RoutedBlock(String name) {
      this.name = name;
      for (Linear linear : LINEARS) {
        Matrix weight = Matrix.zeros(WIDTH, WIDTH);
        float[] row = new float[WIDTH];
        for (int r = 0; r < WIDTH; r++) {
          for (int j = 0; j < WIDTH; j++) {
            row[j] = (float) Math.cos(linear.name().length() + 5 * r * (j + 1) + j * j);
          }
          weight.write(r, row);
        }
        weights.put(linear.name(), weight);
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Linear> linears() {
      return LINEARS;
    }

    @Override
    public OpenBlock open(Workers workers) {
      return this;
    }

    @Override
    public INDArray weight(Linear linear) {
      return weights.get(linear.name()).array();
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      List<float[]> rows = new ArrayList<>();
      List<List<float[]>> routed = List.of(new ArrayList<>(), new ArrayList<>());
      for (int t = 0; t < hidden.length / WIDTH; t++) {
        float[] row = new float[WIDTH];
        System.arraycopy(hidden, t * WIDTH, row, 0, WIDTH);
        rows.add(row);
        routed.get(row[0] > 0 ? 0 : 1).add(row);
      }
      List<float[]> middle = rows.stream().map(row -> times("first", row)).toList();
      pass("x", rows, tap);
      pass("middle", middle, tap);
      pass("x.0", routed.get(0), tap);
      pass("x.1", routed.get(1), tap);
      for (int t = 0; t < rows.size(); t++) {
        float[] row = rows.get(t);
        float[] dense = times("second", middle.get(t));
        float[] expert = times(row[0] > 0 ? "expert.0" : "expert.1", row);
        for (int j = 1; j < WIDTH; j++) {
          hidden[t * WIDTH + j] = (float) Math.tanh(dense[j] + expert[j]);
        }
      }
    }

    private static void pass(String input, List<float[]> rows, Tap tap) {
      if (!rows.isEmpty()) {
        try (Matrix matrix = Matrix.allocate(rows.size(), WIDTH)) {
          for (int r = 0; r < rows.size(); r++) {
            matrix.write(r, rows.get(r));
          }
          tap.accept(input, matrix.array());
        }
      }
    }

    private float[] times(String linear, float[] x) {
      float[] y = new float[WIDTH];
      float[] row = new float[WIDTH];
      for (int r = 0; r < WIDTH; r++) {
        weights.get(linear).read(r, row);
        for (int j = 0; j < WIDTH; j++) {
          y[r] += row[j] * x[j];
        }
      }
      return y;
    }

    @Override
    public void save() {}

    @Override
    public void close() {}
  }
}
