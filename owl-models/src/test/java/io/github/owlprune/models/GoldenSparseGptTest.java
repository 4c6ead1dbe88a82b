package io.github.owlprune.models;

import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.sparsegpt.SparseGpt;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares SparseGPT with an independent program, linear by linear.
 *
 * <p>The other program's threshold is inclusive: without a pattern it prunes one more weight in
 * each block of columns, here in each linear because all widths are below 128. That weight's error
 * affects the rest of its row and all following blocks. Each linear is therefore replaced by the
 * other program's result after the comparison, so that all linears receive the same inputs.
 */
class GoldenSparseGptTest {
  static Stream<Arguments> runs() {
    return Golden.pruned(
        "pruned-sparsegpt-uniform-sparsity-0.5.safetensors",
        "pruned-sparsegpt-owl.safetensors",
        "pruned-sparsegpt-uniform-nm-2of4.safetensors");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void masksAndWeightsEqualTheReference(Path folder, String weights) throws IOException {
    JsonNode run = Golden.run(folder, weights);
    boolean pattern = !run.path("nm").asText().isEmpty();
    boolean owl = run.path("alloc").asText().equals("owl");
    try (CausalLm model = CausalLm.open(folder);
        SafetensorsFile golden = SafetensorsFile.open(folder.resolve(weights))) {
      Allocation stage =
          Owl.allocate(model, Golden.ids(folder, "calib.json"))
              .withMapping(Mapping.REFERENCE)
              .withAllocator(owl ? Allocator.owl() : Allocator.uniform());
      ComparingSparseGpt pruner = new ComparingSparseGpt(model, golden);
      (pattern ? stage.withPattern(2, 4) : stage.withSparsity(run.path("sparsity").asDouble()))
          .prune(pruner);
      assertEquals(0, pruner.expected.size());
      double ppl = model.perplexity(Golden.ids(folder, "eval.json").sequences()).value();
      assertEquals(run.path("ppl").asDouble(), ppl, 1e-4 * ppl);
    }
  }

  /**
   * Prunes with SparseGPT, compares the result with the golden weights, and replaces it by them.
   */
  private static final class ComparingSparseGpt implements Compressor {
    final Deque<float[]> expected = new ArrayDeque<>();
    private final SparseGpt sparseGpt = sparseGpt();

    ComparingSparseGpt(CausalLm model, SafetensorsFile golden) throws IOException {
      for (Block block : model.blocks()) {
        for (Linear linear : block.linears()) {
          expected.add(Golden.floats(golden, block.name() + "." + linear.name() + ".weight"));
        }
      }
    }

    @Override
    public String name() {
      return sparseGpt.name();
    }

    @Override
    public Set<StatisticKind<?>> statistics() {
      return sparseGpt.statistics();
    }

    @Override
    public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
      Outcome outcome = sparseGpt.compress(weight, seen, target, workers);
      Matrix w = Matrix.of(weight);
      float[] theirs = expected.remove();
      float largest = 0;
      for (float value : theirs) {
        largest = Math.max(largest, Math.abs(value));
      }
      int extra = 0;
      float[] row = new float[w.columns()];
      for (int r = 0; r < w.rows(); r++) {
        w.read(r, row);
        float[] golden = Arrays.copyOfRange(theirs, r * row.length, (r + 1) * row.length);
        w.write(r, golden);
        int differing = 0;
        for (int j = 0; j < row.length; j++) {
          if ((row[j] == 0) != (golden[j] == 0)) {
            assertEquals(0f, golden[j], "pruned a weight that the other program kept");
            differing++;
          }
        }
        if (differing == 0) {
          for (int j = 0; j < row.length; j++) {
            assertEquals(golden[j], row[j], 1e-3 * largest);
          }
        }
        extra += differing;
      }
      assertEquals(target instanceof Sparsity.NOfM ? 0 : 1, extra);
      return outcome;
    }
  }
}
