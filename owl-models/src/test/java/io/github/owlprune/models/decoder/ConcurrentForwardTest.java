package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Two sequences pass through one open block on two threads. */
class ConcurrentForwardTest {
  private static final int PASSES = 40;

  private static float[] sequence(int tokens, int width) {
    Random random = new Random(tokens);
    float[] hidden = new float[tokens * width];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (float) random.nextGaussian();
    }
    return hidden;
  }

  private static float[] values(INDArray rows) {
    Matrix matrix = Matrix.of(rows);
    float[] values = new float[matrix.rows() * matrix.columns()];
    for (int r = 0; r < matrix.rows(); r++) {
      matrix.read(r, values, r * matrix.columns(), matrix.columns());
    }
    return values;
  }

  /** Returns the hidden states after a forward pass, and every input that the tap saw. */
  private static Map<String, float[]> forward(OpenBlock block, float[] sequence) {
    float[] hidden = sequence.clone();
    Map<String, float[]> results = new TreeMap<>();
    block.forward(hidden, (input, rows) -> results.put(input, values(rows)));
    results.put("hidden states", hidden);
    return results;
  }

  private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
  }

  /**
   * The models differ in their rotary embeddings: plain, two per model, by length, none. One has
   * experts.
   */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "phi3", "opt", "qwen2-moe"})
  void resultsEqualThoseOfOneThread(String name) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(2);
    try (CausalLm model = CausalLm.open(Golden.FOLDER.resolve(name));
        Workers workers = Workers.open(2)) {
      // Different lengths need different chunks, score tiles and rotary tables.
      List<float[]> sequences = List.of(sequence(30, model.width()), sequence(150, model.width()));
      for (Block block : model.blocks()) {
        try (OpenBlock open = block.open(workers)) {
          List<Map<String, float[]>> expected =
              sequences.stream().map(s -> forward(open, s)).toList();
          CyclicBarrier start = new CyclicBarrier(2);
          List<Future<List<Map<String, float[]>>>> running = new ArrayList<>();
          for (float[] sequence : sequences) {
            Callable<List<Map<String, float[]>>> passes =
                () -> {
                  start.await();
                  List<Map<String, float[]>> results = new ArrayList<>();
                  for (int i = 0; i < PASSES; i++) {
                    results.add(forward(open, sequence));
                  }
                  return results;
                };
            running.add(callers.submit(passes));
          }
          for (int s = 0; s < sequences.size(); s++) {
            for (Map<String, float[]> result : running.get(s).get()) {
              assertSame(expected.get(s), result);
            }
          }
        }
      }
    } finally {
      callers.shutdownNow();
    }
  }
}
