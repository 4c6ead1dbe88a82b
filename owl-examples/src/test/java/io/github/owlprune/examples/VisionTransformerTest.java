package io.github.owlprune.examples;

import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Plan.PlannedBlock;
import io.github.owlprune.plan.Report;
import io.github.owlprune.plan.Report.PrunedBlock;
import io.github.owlprune.plan.Report.PrunedLinear;
import io.github.owlprune.testkit.LossModelContract;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VisionTransformerTest implements LossModelContract {
  private static final float[][] IMAGES = VisionTransformer.drawImages(9, 3);
  private static final Calibration CALIBRATION =
      Calibration.ids(VisionTransformer.sequences(0, IMAGES.length));

  private final VisionTransformer model = model();

  @AfterEach
  void close() {
    model.close();
  }

  @Override
  public VisionTransformer model() {
    return new VisionTransformer(IMAGES, 4);
  }

  @Override
  public int[] sequence() {
    return VisionTransformer.sequences(1, 2).get(0);
  }

  private Allocation half() {
    return Owl.allocate(model, CALIBRATION).withSparsity(0.5).withThreads(2);
  }

  /**
   * A float32 sum of up to 256 products is off by some 1e-6 of its size, and six blocks of layer
   * norms and residuals let that grow to about 1e-5.
   */
  @Test
  void logitsAreThoseOfPlainLoopsInDouble() {
    for (int image = 0; image < 3; image++) {
      float[] logits = model.logits(VisionTransformer.sequences(image, image + 1))[0];
      double[] slow = new SlowVisionTransformer(model).logits(IMAGES[image]);
      for (int c = 0; c < slow.length; c++) {
        assertEquals(slow[c], logits[c], 1e-4, "class " + c + " of image " + image);
      }
    }
  }

  @Test
  void blocksWithMoreOutliersLoseLess() {
    Plan plan = half().plan();
    List<PlannedBlock> blocks = plan.blocks();
    assertTrue(blocks.get(0).zeros() + 0.05 < blocks.get(5).zeros(), plan.toString());
    assertEquals(0.5, meanSparsity(plan), 1e-9);
  }

  private static double meanSparsity(Plan plan) {
    return plan.blocks().stream().mapToDouble(b -> b.zeros() * b.weights()).sum()
        / plan.blocks().stream().mapToLong(PlannedBlock::weights).sum();
  }

  @Test
  void selectedLinearsArePrunedAndAllOthersStayDense() {
    float[][] dense = logits();
    Map<LinearRef, float[][]> before = weights();
    Report report = half().withLinears("*.mlp.*").prune(wanda());
    Map<LinearRef, float[][]> after = weights();

    // Every row of 64 or 256 weights loses a whole number of them, rounded down.
    assertEquals(0.5, report.achieved() + 0.5 / 64, 0.5 / 64);
    for (PrunedBlock block : report.blocks()) {
      assertEquals(2, block.linears().size());
      for (PrunedLinear linear : block.linears()) {
        LinearRef ref = new LinearRef(block.name(), linear.name());
        assertEquals(linear.zeros(), zeros(Objects.requireNonNull(after.get(ref))), ref.toString());
      }
    }
    after.forEach(
        (ref, weight) -> {
          float[][] was = Objects.requireNonNull(before.get(ref));
          if (ref.linear().startsWith("attention.")) {
            assertArrayEquals(was, weight, ref.toString());
          } else {
            assertKeptOrZero(was, weight, ref.toString());
          }
        });
    assertFalse(Arrays.deepEquals(dense, logits()), "the outputs have not changed");
  }

  /** Wanda leaves the weights that it keeps as they are. */
  private static void assertKeptOrZero(float[][] dense, float[][] pruned, String name) {
    for (int r = 0; r < dense.length; r++) {
      for (int j = 0; j < dense[r].length; j++) {
        if (pruned[r][j] != 0) {
          assertEquals(dense[r][j], pruned[r][j], name);
        }
      }
    }
  }

  private static long zeros(float[][] weight) {
    long zeros = 0;
    for (float[] row : weight) {
      for (float w : row) {
        zeros += w == 0 ? 1 : 0;
      }
    }
    return zeros;
  }

  private float[][] logits() {
    return model.logits(VisionTransformer.sequences(0, IMAGES.length));
  }

  private Map<LinearRef, float[][]> weights() {
    return weights(model);
  }

  private static Map<LinearRef, float[][]> weights(VisionTransformer model) {
    Map<LinearRef, float[][]> weights = new LinkedHashMap<>();
    model
        .blocks()
        .forEach(
            block ->
                block.weights.forEach(
                    (linear, w) -> weights.put(LinearRef.of(block, linear), w.toFloatMatrix())));
    return weights;
  }

  @Test
  void threadsDoNotChangeTheResult() {
    for (Compressor strategy : List.of(wanda(), sparseGpt())) {
      Map<LinearRef, float[][]> one = pruned(strategy, 1);
      Map<LinearRef, float[][]> three = pruned(strategy, 3);
      assertEquals(one.keySet(), three.keySet());
      one.forEach((ref, weight) -> assertArrayEquals(weight, three.get(ref), ref.toString()));
    }
  }

  private static Map<LinearRef, float[][]> pruned(Compressor strategy, int threads) {
    try (VisionTransformer fresh = new VisionTransformer(IMAGES, 4)) {
      Owl.allocate(fresh, CALIBRATION).withSparsity(0.5).withThreads(threads).prune(strategy);
      return weights(fresh);
    }
  }

  @Test
  void sensitivityAllocatesByTheLoss() {
    Plan plan = half().withAllocator(Allocator.sensitivity()).plan();
    assertEquals("LOSS_RISES", plan.measurement());
    assertTrue(plan.blocks().stream().mapToDouble(PlannedBlock::zeros).distinct().count() > 1);
    assertEquals(0.5, meanSparsity(plan), 1e-9);
  }

  @Test
  void aSequenceIsOneWholeImage() {
    model.check(VisionTransformer.sequences(8, 9).get(0));
    for (int[] wrong : List.of(new int[] {0, 1, 2}, VisionTransformer.sequences(9, 10).get(0))) {
      assertThrows(IllegalArgumentException.class, () -> model.check(wrong));
    }
  }
}
