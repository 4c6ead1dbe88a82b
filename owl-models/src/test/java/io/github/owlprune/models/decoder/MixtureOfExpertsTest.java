package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Golden;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.StatisticsRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class MixtureOfExpertsTest {
  private static final int EXPERTS = 5; // of the tiny qwen2_moe
  private static final int ACTIVE = 2;

  private static float[] sequence(int tokens, int width, long seed) {
    Random random = new Random(seed);
    float[] hidden = new float[tokens * width];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (float) random.nextGaussian();
    }
    return hidden;
  }

  private static float[][] rows(INDArray array) {
    Matrix matrix = Matrix.of(array);
    float[][] rows = new float[matrix.rows()][matrix.columns()];
    for (int r = 0; r < rows.length; r++) {
      matrix.read(r, rows[r]);
    }
    return rows;
  }

  /** Returns the inputs that a tap sees, in order. */
  private static Map<String, float[][]> inputs(OpenBlock open, float[] sequence) {
    Map<String, float[][]> inputs = new LinkedHashMap<>();
    open.observe(sequence, (name, array) -> inputs.put(name, rows(array)));
    return inputs;
  }

  /** Returns the tokens of each expert, by a slow softmax and a full sort. */
  private static List<List<Integer>> slowlyRouted(float[][] x, float[] router) {
    List<List<Integer>> tokens = new ArrayList<>();
    IntStream.range(0, EXPERTS).forEach(e -> tokens.add(new ArrayList<>()));
    for (int t = 0; t < x.length; t++) {
      double[] logits = new double[EXPERTS];
      for (int e = 0; e < EXPERTS; e++) {
        for (int j = 0; j < x[t].length; j++) {
          logits[e] += (double) router[e * x[t].length + j] * x[t][j];
        }
      }
      int token = t;
      IntStream.range(0, EXPERTS)
          .boxed()
          .sorted((a, b) -> Double.compare(logits[b], logits[a]))
          .limit(ACTIVE)
          .forEach(e -> tokens.get(e).add(token));
    }
    return tokens;
  }

  @Test
  void anExpertSeesTheTokensThatAreRoutedToItInTheirOrder() throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("qwen2-moe"));
        SafetensorsFile file =
            SafetensorsFile.open(Golden.FOLDER.resolve("qwen2-moe/model.safetensors"));
        Workers workers = Workers.open(2)) {
      for (Block block : model.blocks()) {
        try (OpenBlock open = block.open(workers)) {
          Map<String, float[][]> inputs = inputs(open, sequence(150, model.width(), 1));
          float[][] x = Objects.requireNonNull(inputs.get("mlp")); // read by the shared expert
          float[] router = Golden.floats(file, block.name() + ".mlp.gate.weight");
          List<List<Integer>> routed = slowlyRouted(x, router);
          for (int e = 0; e < EXPERTS; e++) {
            float[][] expected = routed.get(e).stream().map(t -> x[t]).toArray(float[][]::new);
            assertArrayEquals(expected, inputs.get("mlp.experts." + e + ".routed"), "expert " + e);
            assertEquals(
                expected.length,
                Objects.requireNonNull(inputs.get("mlp.experts." + e + ".activated")).length);
          }
        }
      }
    }
  }

  @Test
  void statisticsOfAnExpertAreThoseOfItsTokens() throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("qwen2-moe"));
        Workers workers = Workers.open(2)) {
      Block block = model.blocks().get(1);
      List<Linear> linears = block.linears();
      StatisticsRequest request = StatisticsRequest.of(linears, Set.of(ColumnNorms.KIND));
      Map<String, double[]> sums = new LinkedHashMap<>();
      // A sequence of one token reaches only two experts.
      List<float[]> sequences =
          List.of(sequence(70, model.width(), 2), sequence(1, model.width(), 3));
      try (OpenBlock open = block.open(workers);
          BlockStatistics statistics = new BlockStatistics(request)) {
        for (float[] sequence : sequences) {
          open.observe(sequence, statistics.tap(workers));
          statistics.endSequence();
          inputs(open, sequence).forEach((name, rows) -> addSquares(sums, name, rows));
        }
        for (Linear linear : linears) {
          double[] squared = statistics.of(linear).get(ColumnNorms.KIND).squared();
          double[] expected = Objects.requireNonNull(sums.get(linear.input()), linear.name());
          for (int j = 0; j < squared.length; j++) {
            // Sums of floats over at most 16 rows at a time.
            assertEquals(expected[j] / sequences.size(), squared[j], 1e-6 * squared[j]);
          }
        }
      }
    }
  }

  private static void addSquares(Map<String, double[]> sums, String input, float[][] rows) {
    double[] sum = sums.computeIfAbsent(input, i -> new double[rows[0].length]);
    for (float[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        sum[j] += (double) row[j] * row[j];
      }
    }
  }

  @Test
  void anExpertWithoutTokensIsLeftOut() throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("qwen2-moe"));
        Workers workers = Workers.open(1);
        OpenBlock open = model.blocks().get(0).open(workers)) {
      Map<String, float[][]> inputs = inputs(open, sequence(1, model.width(), 4));
      assertEquals(ACTIVE, inputs.keySet().stream().filter(i -> i.endsWith(".routed")).count());
      inputs.forEach((name, rows) -> assertEquals(1, rows.length, name));
    }
  }

  /** 600 tokens are three chunks, and several tiles of rows for some experts. */
  @ParameterizedTest
  @ValueSource(ints = {1, 30, 600})
  void resultsDoNotDependOnTheNumberOfThreads(int tokens) throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("qwen2-moe"))) {
      for (Block block : model.blocks()) {
        float[] one = sequence(tokens, model.width(), 5);
        float[] three = one.clone();
        Map<String, float[][]> seenByOne = forward(block, one, 1);
        Map<String, float[][]> seenByThree = forward(block, three, 3);
        assertArrayEquals(one, three);
        assertEquals(
            List.copyOf(seenByOne.keySet()), List.copyOf(seenByThree.keySet()), "the same order");
        seenByOne.forEach((name, rows) -> assertArrayEquals(rows, seenByThree.get(name), name));
      }
    }
  }

  private static Map<String, float[][]> forward(Block block, float[] hidden, int threads) {
    Map<String, float[][]> inputs = new LinkedHashMap<>();
    try (Workers workers = Workers.open(threads);
        OpenBlock open = block.open(workers)) {
      open.forward(hidden, (name, array) -> inputs.put(name, rows(array)));
    }
    return inputs;
  }

  @Test
  void observingShowsTheSameInputsAndChangesNoState() throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("qwen3-moe"));
        Workers workers = Workers.open(2)) {
      for (Block block : model.blocks()) {
        try (OpenBlock open = block.open(workers)) {
          float[] hidden = sequence(90, model.width(), 6);
          float[] before = hidden.clone();
          Map<String, float[][]> observed = inputs(open, hidden);
          assertArrayEquals(before, hidden);
          Map<String, float[][]> passed = new LinkedHashMap<>();
          open.forward(hidden, (name, array) -> passed.put(name, rows(array)));
          assertEquals(List.copyOf(observed.keySet()), List.copyOf(passed.keySet()));
          observed.forEach((name, rows) -> assertArrayEquals(rows, passed.get(name), name));
        }
      }
    }
  }

  /** The second block of the tiny qwen3_moe is dense. */
  @Test
  void blocksWithAndWithoutExpertsHaveBuffersOfTheirOwnSizes() throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("qwen3-moe"))) {
      assertEquals(4 + 6 * 3, model.blocks().get(0).linears().size());
      assertEquals(4 + 3, model.blocks().get(1).linears().size());
      assertTrue(
          model.blocks().stream()
              .flatMap(b -> b.linears().stream())
              .noneMatch(l -> l.name().equals("mlp.gate")));
      Map<String, float[][]> dense =
          forward(model.blocks().get(1), sequence(8, model.width(), 7), 1);
      assertEquals(80, Objects.requireNonNull(dense.get("activated"))[0].length);
      Map<String, float[][]> sparse =
          forward(model.blocks().get(2), sequence(8, model.width(), 7), 1);
      assertFalse(sparse.containsKey("activated"));
      assertEquals(
          32,
          sparse.entrySet().stream()
              .filter(i -> i.getKey().endsWith(".activated"))
              .findFirst()
              .orElseThrow()
              .getValue()[0]
              .length);
    }
  }

  /** Only the active experts compute, but all are in memory. */
  @Test
  void costsCountActiveExpertsAndMemoryAllOfThem() throws IOException {
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve("mixtral"))) {
      long attention = 2 * 48 * 48 + 2 * 16 * 48;
      long expert = 3 * 48 * 80;
      long router = 4 * 48;
      double pairs = 3 * 2.0 * 48 * (10 * (10 - 5.0)); // of a query and a visible key
      assertEquals(3 * 10 * (attention + 2 * expert + router) + pairs, model.multiplyAdds(10));
      long block = Float.BYTES * (attention + 4 * expert + router);
      assertTrue(model.bytesOfOneBlock(1, 1) > block);
      assertTrue(model.bytesOfOneBlock(1, 1) < 2 * block);
    }
  }
}
