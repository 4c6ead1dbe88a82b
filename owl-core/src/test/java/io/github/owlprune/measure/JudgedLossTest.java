package io.github.owlprune.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JudgedLossTest {
  private static final int BLOCKS = 4;
  private static final LinearSelection ALL = new LinearSelection(LinearSelection.ALL);

  private static TokenIds calibration() {
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      sequences.add(IntStream.range(3 * s, 3 * s + 7 + s).toArray());
    }
    return Calibration.ids(sequences);
  }

  private static final List<LinearRef> LINEARS =
      IntStream.range(0, BLOCKS)
          .boxed()
          .flatMap(
              b -> Stream.of(new LinearRef("block." + b, "a"), new LinearRef("block." + b, "b")))
          .toList();

  /** Leaves out the linears b that stay dense, and names the linears a, which is equivalent. */
  private static Map<LinearRef, Double> variant(double... sparsities) {
    Map<LinearRef, Double> variant = new LinkedHashMap<>();
    for (int l = 0; l < sparsities.length; l++) {
      if (sparsities[l] > 0 || l % 2 == 0) {
        variant.put(LINEARS.get(l), sparsities[l]);
      }
    }
    return variant;
  }

  /** Few different sparsities, so that variants share first blocks, and prune less or more. */
  private static List<Map<LinearRef, Double>> variants(int count, Random random) {
    double[] levels = {0, 0.25, 0.5, 0.9};
    List<double[]> variants = new ArrayList<>();
    for (int v = 0; v < count; v++) {
      double[] own = new double[2 * BLOCKS];
      Arrays.setAll(own, l -> levels[random.nextInt(levels.length)]);
      if (v > 0) {
        int shared = random.nextInt(own.length + 1);
        System.arraycopy(variants.get(random.nextInt(v)), 0, own, 0, shared);
      }
      variants.add(own);
    }
    return variants.stream().map(JudgedLossTest::variant).toList();
  }

  /** Judges one variant alone, and selects its weights by sorting. */
  private static double slowly(
      Run run, Map<LinearRef, float[]> norms, List<int[]> judging, Map<LinearRef, Double> variant) {
    List<float[]> states = new ArrayList<>();
    for (int[] sequence : judging) {
      float[] hidden = new float[sequence.length * ToyModel.WIDTH];
      run.model().embed(sequence, hidden);
      states.add(hidden);
    }
    for (Block block : run.model().blocks()) {
      try (OpenBlock open = block.open(run.workers())) {
        for (Linear linear : block.linears()) {
          LinearRef ref = LinearRef.of(block, linear);
          zero(Matrix.of(open.weight(linear)), norms.get(ref), variant.getOrDefault(ref, 0.0));
        }
        states.forEach(hidden -> open.forward(hidden, Tap.NONE));
      }
    }
    try (OpenLoss loss = run.lossModel().openLoss(run.workers())) {
      double sum = 0;
      for (int j = 0; j < judging.size(); j++) {
        sum += loss.mean(judging.get(j), states.get(j));
      }
      return sum / judging.size();
    }
  }

  private static void zero(Matrix weight, float[] norms, double sparsity) {
    float[] row = new float[weight.columns()];
    for (int r = 0; r < weight.rows(); r++) {
      weight.read(r, row);
      float[] dense = row.clone();
      IntStream.range(0, row.length)
          .boxed()
          .sorted(Comparator.comparingDouble(j -> Math.abs(dense[j]) * norms[j]))
          .limit((long) Math.floor(row.length * sparsity + 1e-6))
          .forEach(j -> row[j] = 0);
      weight.write(r, row);
    }
  }

  @Property(tries = 50)
  void variantsJudgedTogetherHaveTheLossesOfEachAlone(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int count) {
    ToyModel model = new ToyModel(BLOCKS, seed);
    try (Run run = Run.open(model, calibration(), Execution.DEFAULT)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      DenseSweep dense = sweep(run, split);
      List<Map<LinearRef, Double>> variants = variants(count, new Random(seed));
      double[] together = new JudgedLoss(dense, split.judging()).of(variants);
      for (int v = 0; v < count; v++) {
        assertEquals(
            slowly(run, dense.norms(), split.judging(), variants.get(v)),
            together[v],
            "to the bit");
      }
    }
  }

  @Property(tries = 50)
  void theWorkIsKnownInAdvance(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int count) {
    ToyModel model = new ToyModel(BLOCKS, seed);
    List<Map<LinearRef, Double>> variants = variants(count, new Random(seed));
    long[] done = {0};
    Execution watched = Execution.DEFAULT.withProgress((activity, now, total) -> done[0] = now);
    try (Run run = Run.open(model, calibration(), watched)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      DenseSweep dense = sweep(run, split);
      assertEquals(2 * BLOCKS, dense.norms().size(), "norms are not a part of judging");
      model.events.clear();
      long before = done[0];
      new JudgedLoss(dense, split.judging()).of(variants);
      JudgedLoss.Work work = JudgedLoss.work(model, ALL, variants);
      assertEquals(work.pieces(split.judging().size()), done[0] - before);
      assertEquals(work.opens(), model.events.stream().filter(e -> e.startsWith("open")).count());
      assertTrue(work.forwards() <= (long) BLOCKS * count);
    }
  }

  @Test
  void hiddenStatesInAFileChangeNoLoss() {
    List<Map<LinearRef, Double>> variants = variants(7, new Random(3));
    List<double[]> losses = new ArrayList<>();
    for (long bytes : new long[] {0, Long.MAX_VALUE}) {
      try (Run run =
          Run.open(
              new ToyModel(BLOCKS, 3),
              calibration(),
              Execution.DEFAULT.withHiddenStateBytes(bytes))) {
        JudgingSplit split = JudgingSplit.of(run.sequences());
        losses.add(new JudgedLoss(sweep(run, split), split.judging()).of(variants));
      }
    }
    assertArrayEquals(losses.get(0), losses.get(1));
  }

  @Test
  void aRiseIsTheLossWithTheUnitPrunedMinusThatOfTheDenseModel() {
    try (Run run = Run.open(new ToyModel(BLOCKS, 8), calibration(), Execution.DEFAULT)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      DenseSweep dense = sweep(run, split);
      LinearRef a = new LinearRef("block.2", "a");
      LinearRef b = new LinearRef("block.2", "b");
      double base = slowly(run, dense.norms(), split.judging(), Map.of());
      double first = slowly(run, dense.norms(), split.judging(), Map.of(a, 0.5));
      double second = slowly(run, dense.norms(), split.judging(), Map.of(b, 0.5));
      double both = slowly(run, dense.norms(), split.judging(), Map.of(a, 0.5, b, 0.5));
      Measured blocks = rises(dense, split, Granularity.BLOCK);
      Measured linears = rises(dense, split, Granularity.LINEAR);
      assertEquals(both - base, blocks.ofBlock("block.2"));
      assertEquals(Map.of(), blocks.linears());
      assertEquals(first - base, linears.ofLinear(a));
      assertEquals(second - base, linears.ofLinear(b));
      assertEquals((first - base) + (second - base), linears.ofBlock("block.2"));
    }
  }

  private static DenseSweep sweep(Run run, JudgingSplit split) {
    return new DenseSweep(run, ALL, split.scoring(), Set.of());
  }

  private static Measured rises(DenseSweep dense, JudgingSplit split, Granularity granularity) {
    return Measurement.lossRises()
        .measure(new DenseModel(dense, split.judging(), granularity, 0.5, 5));
  }

  @Test
  void aModelWithoutALossIsRefusedWithAWayOut() {
    Model mute = new MuteModel(new ToyModel(2, 0));
    String message =
        assertThrows(
                IllegalStateException.class,
                () ->
                    Owl.allocate(mute, calibration()).withAllocator(Allocator.sensitivity()).plan())
            .getMessage();
    assertTrue(message.contains("MuteModel") && message.contains("LossModel"), message);
  }

  @Test
  void theLastSequencesJudgeAndNeverScore() {
    List<int[]> nine = new ArrayList<>();
    for (int s = 0; s < 9; s++) {
      nine.add(new int[] {s, s});
    }
    JudgingSplit split = JudgingSplit.of(nine);
    assertEquals(nine.subList(0, 7), split.scoring());
    assertEquals(nine.subList(7, 9), split.judging());
    assertEquals(nine.subList(5, 7), split.sensing());
    assertEquals(1, JudgingSplit.of(nine.subList(0, 2)).judging().size());
    String one =
        assertThrows(IllegalArgumentException.class, () -> JudgingSplit.of(nine.subList(0, 1)))
            .getMessage();
    assertTrue(one.contains("at least 2"), one);
    String single =
        assertThrows(
                IllegalArgumentException.class,
                () -> JudgingSplit.of(List.of(new int[] {1, 2}, new int[] {1})))
            .getMessage();
    assertTrue(single.contains("1 token"), single);
  }

  /** A model that does not compute a loss. */
  private record MuteModel(ToyModel toy) implements Model {
    @Override
    public int width() {
      return toy.width();
    }

    @Override
    public List<? extends Block> blocks() {
      return toy.blocks();
    }

    @Override
    public void check(int[] sequence) {}

    @Override
    public void embed(int[] sequence, float[] hidden) {
      toy.embed(sequence, hidden);
    }
  }
}
