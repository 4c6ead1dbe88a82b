package io.github.owlprune.testkit;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Replacement;
import io.github.owlprune.model.Tap;
import io.github.owlprune.plan.Report;
import io.github.owlprune.testkit.ModelUnderTest.Entered;
import io.github.owlprune.testkit.ModelUnderTest.Recorder;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What every {@link Model} must do to be compressed. A few blocks with random weights are enough;
 * most tests open every block, some of them many times.
 */
public interface ModelContract {
  /**
   * Opens the model under test. Tests change weights, so every call must return a model that no
   * other test has changed. A model that is {@code AutoCloseable} is closed after the test.
   *
   * @return a dense model
   * @throws IOException if it cannot be opened; the test fails
   */
  Model model() throws IOException;

  /**
   * Returns a sequence that the model accepts.
   *
   * @return at least 3 token ids, not all equal
   */
  int[] sequence();

  /** Checks that blocks have unique names, and that every block has linears with unique names. */
  @Test
  default void namesAreUnique() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      assertFalse(test.model.blocks().isEmpty(), "the model has no blocks");
      Set<String> blocks = new HashSet<>();
      for (Block block : test.model.blocks()) {
        assertTrue(blocks.add(block.name()), "two blocks are named " + block.name());
        assertFalse(block.linears().isEmpty(), block.name() + " has no linears");
        Set<String> linears = new HashSet<>();
        for (Linear linear : block.linears()) {
          assertTrue(linears.add(linear.name()), "two linears are named " + linear.name());
        }
      }
    }
  }

  /** Checks that every call returns the same blocks and linears, before and after opening them. */
  @Test
  default void blocksStayTheSame() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      List<? extends Block> before = List.copyOf(test.model.blocks());
      assertSameBlocks(before, test.model.blocks());
      test.blocks();
      assertSameBlocks(before, test.model.blocks());
    }
  }

  private static void assertSameBlocks(
      List<? extends Block> expected, List<? extends Block> actual) {
    assertEquals(expected.size(), actual.size(), "number of blocks");
    for (int b = 0; b < expected.size(); b++) {
      String name = expected.get(b).name();
      assertEquals(name, actual.get(b).name(), "the name of block " + b);
      assertEquals(expected.get(b).linears(), actual.get(b).linears(), name);
    }
  }

  /** Checks that the sequence is accepted, and that its embedding is complete and reproducible. */
  @Test
  default void embeddingIsComplete() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      int[] sequence = sequence();
      test.model.check(sequence);
      assertTrue(test.model.width() >= 1, "the width is " + test.model.width());
      float[] hidden = new float[sequence.length * test.model.width()];
      Arrays.fill(hidden, Float.NaN); // what was there before must not matter
      test.model.embed(sequence, hidden);
      ModelUnderTest.assertFinite(hidden, "the embedded states");
      assertArrayEquals(test.embedded(), hidden);
      assertArrayEquals(this.sequence(), sequence, "the sequence was changed");
    }
  }

  /** Checks that each weight is a finite row-major float32 matrix of the linear's shape. */
  @Test
  default void weightsHaveTheShapesOfTheirLinears() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        entered.open(
            open -> {
              for (Linear linear : entered.block().linears()) {
                Matrix weight = Matrix.of(open.weight(linear)); // refuses another type or layout
                String name = LinearRef.of(entered.block(), linear).toString();
                assertEquals(linear.outputs(), weight.rows(), name + ": rows");
                assertEquals(linear.inputs(), weight.columns(), name + ": columns");
                for (float[] row : Matrices.values(weight)) {
                  ModelUnderTest.assertFinite(row, "the weights of " + name);
                }
              }
            });
      }
    }
  }

  /** Checks that the tap gets every distinct input once, in its full width, with all tokens. */
  @Test
  default void everyInputIsTappedOnce() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        Recorder tap = new Recorder();
        entered.open(open -> entered.forward(open, tap));
        String block = entered.block().name();
        List<String> distinct =
            entered.block().linears().stream().map(Linear::input).distinct().sorted().toList();
        assertEquals(distinct, tap.names.stream().sorted().toList(), "inputs of " + block);
        for (Linear linear : entered.block().linears()) {
          float[][] rows = tap.inputs.get(tap.names.indexOf(linear.input()));
          String name = block + "." + linear.name();
          assertEquals(sequence().length, rows.length, "tokens that enter " + name);
          assertEquals(linear.inputs(), rows[0].length, "values that enter " + name);
          for (float[] row : rows) {
            ModelUnderTest.assertFinite(row, "the inputs of " + name);
          }
        }
      }
    }
  }

  /** Checks that observing taps the same inputs as a forward pass and changes no hidden states. */
  @Test
  default void observingEqualsForward() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        entered.open(
            open -> {
              Recorder forward = new Recorder();
              entered.forward(open, forward);
              Recorder observed = new Recorder();
              float[] hidden = entered.hidden().clone();
              open.observe(hidden, observed);
              String block = entered.block().name();
              assertArrayEquals(
                  entered.hidden(), hidden, "observing changed the states in " + block);
              assertEquals(forward.names, observed.names, "inputs of " + block + " in order");
              for (int i = 0; i < forward.inputs.size(); i++) {
                assertTrue(
                    Arrays.deepEquals(forward.inputs.get(i), observed.inputs.get(i)),
                    block + ": the observed input " + forward.names.get(i) + " differs");
              }
            });
      }
    }
  }

  /**
   * Checks that the output is finite and bitwise reproducible: with or without a tap, the second
   * time, after another sequence, and with any number of threads.
   */
  @Test
  default void forwardIsReproducible() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        String block = entered.block().name();
        float[] expected = entered.forward(1);
        ModelUnderTest.assertFinite(expected, "the states that leave " + block);
        assertFalse(Arrays.equals(entered.hidden(), expected), block + " computes nothing");
        assertArrayEquals(expected, entered.forward(3), "3 threads in " + block);
        entered.open(
            open -> {
              assertArrayEquals(expected, entered.forward(open, new Recorder()), "with a tap");
              float[] shorter = Arrays.copyOf(entered.hidden(), 2 * test.model.width());
              open.forward(shorter, Tap.NONE);
              assertArrayEquals(
                  expected, entered.forward(open, Tap.NONE), "after another sequence");
            });
      }
    }
  }

  /** Checks that every weight, when changed in place, changes the output of its block. */
  @Test
  default void changedWeightChangesTheOutput() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        float[] dense = entered.forward(1);
        for (Linear linear : entered.block().linears()) {
          entered.open(
              open -> {
                open.weight(linear).assign(0);
                assertFalse(
                    Arrays.equals(dense, entered.forward(open, Tap.NONE)),
                    LinearRef.of(entered.block(), linear) + " has no effect");
              });
        }
      }
    }
  }

  /** Checks that closing a block without saving it leaves it as it was. */
  @Test
  default void unsavedChangesAreDropped() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        float[] dense = entered.forward(1);
        entered.open(open -> halve(entered.block(), open));
        assertArrayEquals(dense, entered.forward(1), entered.block().name());
      }
    }
  }

  /** Checks that a saved and reopened block computes what it computed after it was saved. */
  @Test
  default void savedChangesAreKept() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        float[] dense = entered.forward(1);
        float[] saved = new float[dense.length];
        entered.open(
            open -> {
              halve(entered.block(), open);
              open.save();
              System.arraycopy(entered.forward(open, Tap.NONE), 0, saved, 0, saved.length);
              Map<String, float[][]> kept = ModelUnderTest.weights(entered.block(), open);
              for (Linear linear : entered.block().linears()) {
                float[][] weight = Objects.requireNonNull(kept.get(linear.name()));
                assertTrue(
                    Matrices.zeros(weight) >= linear.weights() / 2,
                    linear.name() + " has lost its zeros while it was saved");
              }
            });
        String block = entered.block().name();
        assertFalse(Arrays.equals(dense, saved), block + " computes as if it were dense");
        assertArrayEquals(
            saved, entered.forward(1), block + " computes something else when reopened");
      }
    }
  }

  /** Sets the first of every two weights to zero. */
  private static void halve(Block block, OpenBlock open) {
    for (Linear linear : block.linears()) {
      Matrix weight = Matrix.of(open.weight(linear));
      float[][] values = Matrices.values(weight);
      for (int i = 0; i < linear.weights(); i += 2) {
        values[i / linear.inputs()][i % linear.inputs()] = 0;
      }
      for (int r = 0; r < values.length; r++) {
        weight.write(r, values[r]);
      }
    }
  }

  /** Checks that a block computes with a replacement and returns its dense weight. */
  @Test
  default void replacementTakesThePlaceOfTheWeight() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      for (Entered entered : test.blocks()) {
        for (Linear linear : entered.block().linears()) {
          float[][] expected = new float[linear.outputs()][linear.inputs()];
          Arrays.stream(expected).forEach(row -> Arrays.fill(row, 1 / 64f)); // exact in bfloat16
          String name = LinearRef.of(entered.block(), linear).toString();
          float[] byHand = new float[entered.hidden().length];
          entered.open(
              open -> {
                open.weight(linear).assign(1 / 64f);
                System.arraycopy(entered.forward(open, Tap.NONE), 0, byHand, 0, byHand.length);
              });
          entered.open(
              open -> {
                open.replace(linear, constant(1 / 64f));
                assertArrayEquals(expected, ModelUnderTest.weight(open, linear), name);
                assertArrayEquals(byHand, entered.forward(open, Tap.NONE), name);
              });
        }
      }
    }
  }

  private static Replacement constant(float value) {
    return new Replacement() {
      @Override
      public void writeDense(INDArray weight) {
        weight.assign(value);
      }

      @Override
      public long bytes() {
        return Float.BYTES;
      }
    };
  }

  /** Checks that a linear that the block does not have is refused. */
  @Test
  default void unknownLinearIsRefused() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      Entered first = test.blocks().get(0);
      Linear known = first.block().linears().get(0);
      Linear unknown = new Linear("no such linear", known.outputs(), known.inputs(), known.input());
      first.open(open -> assertThrows(RuntimeException.class, () -> open.weight(unknown)));
    }
  }

  /** Checks that a model pruned through {@link Owl} has as many zeros as the report says. */
  @Test
  default void prunedModelHasTheZerosOfTheReport() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      test.model.checkPrunable();
      Report report =
          Owl.allocate(test.model)
              .withAllocator(Allocator.uniform())
              .withSparsity(0.5)
              .withThreads(2)
              .prune(magnitude());
      long[] counts = new long[3]; // zeros, asked for, weights
      for (Entered entered : test.blocks()) {
        entered.open(
            open -> {
              for (Linear linear : entered.block().linears()) {
                counts[0] += Matrices.zeros(ModelUnderTest.weight(open, linear));
                counts[1] += Sparsity.zerosAmong(linear.weights(), 0.5);
                counts[2] += linear.weights();
              }
            });
      }
      assertTrue(counts[0] >= counts[1], counts[0] + " zeros in the saved model, not " + counts[1]);
      assertEquals(
          Math.round(report.achieved() * counts[2]), counts[0], "zeros in the saved model");
    }
  }
}
