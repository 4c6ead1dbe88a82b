package io.github.owlprune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JudgedLossTest {
  private static final int BLOCKS = 4;
  private static final LinearChoice ALL = new LinearChoice(LinearChoice.ALL);

  private static TokenIds calibration() {
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      sequences.add(IntStream.range(3 * s, 3 * s + 7 + s).toArray());
    }
    return Calibration.ids(sequences);
  }

  /** Sparsities from few values, so that variants share beginnings, deepen and undo each other. */
  private static List<double[]> variants(int count, Random random) {
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
    return variants;
  }

  /** One variant by itself, its weights chosen by sorting. */
  private static double slowly(
      Run run, List<List<float[]>> norms, List<int[]> judging, double[] variant) {
    List<float[]> states = new ArrayList<>();
    for (int[] sequence : judging) {
      float[] hidden = new float[sequence.length * ToyModel.WIDTH];
      run.model().embed(sequence, hidden);
      states.add(hidden);
    }
    int at = 0;
    for (int b = 0; b < run.model().blocks().size(); b++) {
      Block block = run.model().blocks().get(b);
      try (OpenBlock open = block.open(run.workers())) {
        for (int l = 0; l < block.linears().size(); l++) {
          Linear linear = block.linears().get(l);
          zero(Matrix.of(open.weight(linear)), norms.get(b).get(l), variant[at++]);
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
  void judgingTogetherIsJudgingEachAlone(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int count) {
    ToyModel model = new ToyModel(BLOCKS, seed);
    try (Run run = Run.open(model, calibration(), Execution.DEFAULT)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      List<List<float[]>> norms = new DensePass(run, ALL, split.scoring()).norms();
      List<double[]> variants = variants(count, new Random(seed));
      double[] together = new JudgedLoss(run, ALL, norms, split.judging()).of(variants);
      for (int v = 0; v < count; v++) {
        assertEquals(
            slowly(run, norms, split.judging(), variants.get(v)), together[v], "to the bit");
      }
    }
  }

  @Property(tries = 50)
  void theWorkIsForetold(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int count) {
    ToyModel model = new ToyModel(BLOCKS, seed);
    List<double[]> variants = variants(count, new Random(seed));
    long[] done = {0};
    Execution telling = Execution.DEFAULT.withProgress((doing, now, total) -> done[0] = now);
    try (Run run = Run.open(model, calibration(), telling)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      List<List<float[]>> norms = new DensePass(run, ALL, split.scoring()).norms();
      model.events.clear();
      long before = done[0];
      new JudgedLoss(run, ALL, norms, split.judging()).of(variants);
      JudgedLoss.Work work = JudgedLoss.work(model, ALL, variants);
      assertEquals(work.pieces(split.judging().size()), done[0] - before);
      assertEquals(work.opens(), model.events.stream().filter(e -> e.startsWith("open")).count());
      assertTrue(work.forwards() <= (long) BLOCKS * count);
    }
  }

  @Test
  void statesInAFileAreJudgedAlike() {
    List<double[]> variants = variants(7, new Random(3));
    List<double[]> losses = new ArrayList<>();
    for (long bytes : new long[] {0, Long.MAX_VALUE}) {
      try (Run run =
          Run.open(
              new ToyModel(BLOCKS, 3),
              calibration(),
              Execution.DEFAULT.withHiddenStateBytes(bytes))) {
        JudgingSplit split = JudgingSplit.of(run.sequences());
        List<List<float[]>> norms = new DensePass(run, ALL, split.scoring()).norms();
        losses.add(new JudgedLoss(run, ALL, norms, split.judging()).of(variants));
      }
    }
    assertTrue(Arrays.equals(losses.get(0), losses.get(1)));
  }

  @Test
  void aRiseIsTheLossWithTheUnitPrunedLessThatOfTheDenseModel() {
    try (Run run = Run.open(new ToyModel(BLOCKS, 8), calibration(), Execution.DEFAULT)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      DensePass dense = new DensePass(run, ALL, split.scoring());
      double[] pruned = new double[2 * BLOCKS];
      double base = slowly(run, dense.norms(), split.judging(), pruned);
      pruned[4] = 0.5;
      double linear = slowly(run, dense.norms(), split.judging(), pruned);
      pruned[5] = 0.5;
      double block = slowly(run, dense.norms(), split.judging(), pruned);
      Measured blocks =
          new LossRise(ALL, Granularity.BLOCK, 0.5).measure(run, dense, split.judging());
      Measured linears =
          new LossRise(ALL, Granularity.LINEAR, 0.5).measure(run, dense, split.judging());
      assertEquals(block - base, blocks.blocks().get(2).value());
      assertEquals(linear - base, linears.blocks().get(2).linears().get(0));
    }
  }

  @Test
  void aModelWithoutALossIsToldWhatToDo() {
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

  /** A model that cannot say how well it does. */
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
