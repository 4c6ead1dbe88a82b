package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The model of a contract, which is closed after the test. */
final class ModelUnderTest implements AutoCloseable {
  final Model model;
  private final int[] sequence;

  ModelUnderTest(ModelContract contract) {
    this.sequence = contract.sequence();
    try {
      this.model = contract.model();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A block, and the hidden states of the sequence in front of it. */
  static final class Entered {
    private final Block block;
    private final float[] hidden;

    private Entered(Block block, float[] hidden) {
      this.block = block;
      this.hidden = hidden;
    }

    Block block() {
      return block;
    }

    float[] hidden() {
      return hidden;
    }

    /** Runs the block on a copy of the states. */
    float[] forward(OpenBlock open, Tap tap) {
      float[] states = hidden.clone();
      open.forward(states, tap);
      return states;
    }

    /** Opens the block, runs it, and closes it. */
    float[] forward(int threads) {
      try (Workers workers = Workers.open(threads);
          OpenBlock open = block.open(workers)) {
        return forward(open, Tap.NONE);
      }
    }

    /** Opens the block, works with it, and closes it. */
    void open(Work work) {
      try (Workers workers = Workers.open(2);
          OpenBlock open = block.open(workers)) {
        work.with(open);
      }
    }
  }

  interface Work {
    void with(OpenBlock open);
  }

  /** Returns every block with the states that enter it. */
  List<Entered> blocks() {
    assertFalse(model.blocks().isEmpty(), "the model has no blocks");
    List<Entered> entered = new ArrayList<>();
    float[] hidden = embedded();
    for (Block block : model.blocks()) {
      Entered next = new Entered(block, hidden);
      entered.add(next);
      hidden = next.forward(1);
    }
    return entered;
  }

  /** Returns the states that leave the last block. */
  float[] last() {
    List<Entered> blocks = blocks();
    return blocks.get(blocks.size() - 1).forward(1);
  }

  float[] embedded() {
    float[] hidden = new float[sequence.length * model.width()];
    model.embed(sequence, hidden);
    return hidden;
  }

  static float[][] weight(OpenBlock open, Linear linear) {
    return Matrices.values(Matrix.of(open.weight(linear)));
  }

  static Map<String, float[][]> weights(Block block, OpenBlock open) {
    Map<String, float[][]> weights = new LinkedHashMap<>();
    block.linears().forEach(linear -> weights.put(linear.name(), weight(open, linear)));
    return weights;
  }

  static void assertFinite(float[] values, String what) {
    for (float value : values) {
      assertTrue(Float.isFinite(value), what + " hold " + value);
    }
  }

  /** A tap that keeps copies. */
  static final class Recorder implements Tap {
    final List<String> names = new ArrayList<>();
    final List<float[][]> inputs = new ArrayList<>();

    @Override
    public void accept(String input, INDArray rows) {
      names.add(input);
      inputs.add(Matrices.values(Matrix.of(rows)));
    }
  }

  @Override
  public void close() {
    if (model instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError("the model cannot be closed", e);
      }
    }
  }
}
