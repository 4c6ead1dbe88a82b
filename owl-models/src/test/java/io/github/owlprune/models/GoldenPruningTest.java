package io.github.owlprune.models;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import io.github.owlprune.wanda.Wanda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class GoldenPruningTest {
  static Stream<Path> models() {
    return Golden.pruned();
  }

  static Stream<Arguments> wandaRuns() {
    return Golden.pruned(
        "pruned-wanda-uniform.safetensors",
        "pruned-wanda-owl.safetensors",
        "pruned-wanda-owl-M-3-lam-0.15.safetensors",
        "pruned-wanda-owl-inverse.safetensors",
        "pruned-wanda-uniform-nm-2of4.safetensors");
  }

  /** Prunes with Wanda and records the column norms of every linear in order. */
  private static final class RecordingWanda implements Compressor {
    final List<double[]> squared = new ArrayList<>();
    private final Wanda wanda = wanda();

    @Override
    public String name() {
      return wanda.name();
    }

    @Override
    public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
      squared.add(seen.get(ColumnNorms.KIND).squared());
      return wanda.compress(weight, seen, target, workers);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void densePerplexityAndSquaredNormsEqualTheReference(Path folder) throws IOException {
    try (CausalLm model = CausalLm.open(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("statistics.safetensors"))) {
      // At sparsity 0 no weight changes, so every block receives dense activations.
      RecordingWanda pruner = new RecordingWanda();
      Owl.allocate(model, Golden.ids(folder, "calib.json"))
          .withAllocator(Allocator.uniform())
          .withSparsity(0)
          .prune(pruner);
      int at = 0;
      for (int b = 0; b < model.blocks().size(); b++) {
        for (Linear linear : model.blocks().get(b).linears()) {
          String name = b + "." + linear.name() + ".squared_norm";
          float[] expected = Golden.floats(file, name);
          double[] norms = pruner.squared.get(at++);
          for (int j = 0; j < norms.length; j++) {
            assertEquals(expected[j], norms[j], 1e-5 * expected[j], name + " " + j);
          }
        }
      }
      double ppl = model.perplexity(Golden.ids(folder, "eval.json").sequences()).value();
      // Both sides compute losses in float32.
      assertEquals(Golden.run(folder, "").path("ppl").asDouble(), ppl, 1e-5 * ppl);
    }
  }

  /** Prunes nothing and records the Hessian of every linear in order. */
  private static final class RecordingHessians implements Compressor {
    final List<float[][]> hessians = new ArrayList<>();

    @Override
    public String name() {
      return "none";
    }

    @Override
    public Set<StatisticKind<?>> statistics() {
      return Set.of(Hessian.KIND);
    }

    @Override
    public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
      Hessian hessian = seen.get(Hessian.KIND);
      float[][] rows = new float[hessian.inputs()][hessian.inputs()];
      for (int r = 0; r < rows.length; r++) {
        hessian.matrix(workers).read(r, rows[r]);
      }
      hessians.add(rows);
      return Outcome.IN_PLACE;
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void hessiansEqualTheReference(Path folder) throws IOException {
    try (CausalLm model = CausalLm.open(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("statistics.safetensors"))) {
      RecordingHessians pruner = new RecordingHessians();
      Owl.allocate(model, Golden.ids(folder, "calib.json"))
          .withAllocator(Allocator.uniform())
          .withSparsity(0)
          .prune(pruner);
      int at = 0;
      for (int b = 0; b < model.blocks().size(); b++) {
        for (Linear linear : model.blocks().get(b).linears()) {
          float[] expected = Golden.floats(file, b + "." + linear.name() + ".hessian");
          float[][] h = pruner.hessians.get(at++);
          int n = h.length;
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
              double scale = Math.sqrt((double) expected[i * n + i] * expected[j * n + j]);
              assertEquals(expected[i * n + j], h[i][j], 1e-5 * scale, linear.name());
            }
          }
        }
      }
      assertEquals(pruner.hessians.size(), at);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void outlierRatiosEqualTheReferenceWithinTwoWeights(Path folder) throws IOException {
    try (CausalLm model = CausalLm.open(folder)) {
      OutlierDistribution d = Owl.allocate(model, Golden.ids(folder, "calib.json")).measure(3, 5);
      check(d, 5, Golden.run(folder, "pruned-wanda-owl.safetensors"));
      check(d, 3, Golden.run(folder, "pruned-wanda-owl-M-3-lam-0.15.safetensors"));
    }
  }

  private static void check(OutlierDistribution d, double m, JsonNode run) {
    double[] ratios = d.blockRatios(m);
    for (int b = 0; b < ratios.length; b++) {
      double twoWeights = 100 * 2.0 / d.blocks().get(b).weights() + 1e-9;
      assertEquals(run.path("outlier_ratio").get(b).asDouble(), ratios[b], twoWeights);
    }
  }

  @ParameterizedTest
  @MethodSource("wandaRuns")
  void wandaMasksEqualTheReference(Path folder, String weights, @TempDir Path temp)
      throws IOException {
    JsonNode run = Golden.run(folder, weights);
    Path out = temp.resolve("pruned");
    RecordingWanda pruner = new RecordingWanda();
    try (CausalLm model = CausalLm.open(folder)) {
      Allocation stage = stage(model, folder, run);
      Plan plan = stage.plan();
      for (int b = 0; b < 3 && run.path("nm").asText().isEmpty(); b++) {
        double expected = run.path("block_sparsity").get(b).asDouble();
        // Equal outlier counts give equal ratios and so equal sparsities.
        assertEquals(expected, plan.blocks().get(b).zeros(), 1e-9);
      }
      stage.prune(pruner);
      double ppl = model.perplexity(Golden.ids(folder, "eval.json").sequences()).value();
      assertEquals(run.path("ppl").asDouble(), ppl, 1e-4 * ppl);
      model.save(out);
      assertMasksEqual(model, out, folder.resolve(weights), pruner);
    }
  }

  private static Allocation stage(CausalLm model, Path folder, JsonNode run) throws IOException {
    Allocation stage =
        Owl.allocate(model, Golden.ids(folder, "calib.json"))
            .withMapping(Mapping.REFERENCE)
            .withOutlierThreshold(run.path("M").asDouble())
            .withLambda(run.path("lambda").asDouble());
    if (!run.path("nm").asText().isEmpty()) {
      return stage.withPattern(2, 4); // removing 2 of 4 is keeping 2 of 4
    }
    String name = run.path("alloc").asText();
    return stage.withAllocator(
        Allocator.all().stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow());
  }

  /** Checks that masks are equal, except where the scores of exchanged weights tie within 2e-5. */
  private static void assertMasksEqual(CausalLm model, Path out, Path golden, RecordingWanda pruner)
      throws IOException {
    int at = 0;
    try (SafetensorsFile ours = SafetensorsFile.open(out.resolve("model.safetensors"));
        SafetensorsFile theirs = SafetensorsFile.open(golden);
        SafetensorsFile dense = SafetensorsFile.open(golden.resolveSibling("model.safetensors"))) {
      for (Block block : model.blocks()) {
        for (Linear linear : block.linears()) {
          String tensor = block.name() + "." + linear.name() + ".weight";
          double[] squared = pruner.squared.get(at++);
          float[] a = Golden.floats(ours, tensor);
          float[] b = Golden.floats(theirs, tensor);
          float[] w = Golden.floats(dense, tensor);
          for (int r = 0; r < linear.outputs(); r++) {
            double lowest = Double.MAX_VALUE;
            double highest = 0;
            for (int j = 0; j < linear.inputs(); j++) {
              int i = r * linear.inputs() + j;
              if ((a[i] == 0) == (b[i] == 0)) {
                assertEquals(b[i], a[i], "kept weights are unchanged");
              } else {
                double score = Math.abs(w[i]) * Math.sqrt(squared[j]);
                lowest = Math.min(lowest, score);
                highest = Math.max(highest, score);
              }
            }
            assertTrue(
                highest <= lowest * (1 + 2e-5) || lowest == Double.MAX_VALUE,
                tensor + ", row " + r + ": " + lowest + " and " + highest + " are not tied");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void magnitudeMasksEqualTheReferenceExceptForOneWeight(Path folder, @TempDir Path temp)
      throws IOException {
    Path out = temp.resolve("pruned");
    try (CausalLm model = CausalLm.open(folder)) {
      Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(0.7).prune(magnitude());
      model.save(out);
      try (SafetensorsFile ours = SafetensorsFile.open(out.resolve("model.safetensors"));
          SafetensorsFile golden =
              SafetensorsFile.open(folder.resolve("pruned-magnitude-uniform.safetensors"))) {
        for (Block block : model.blocks()) {
          for (Linear linear : block.linears()) {
            String tensor = block.name() + "." + linear.name() + ".weight";
            float[] a = Golden.floats(ours, tensor);
            float[] b = Golden.floats(golden, tensor);
            int extra = 0;
            for (int i = 0; i < a.length; i++) {
              if (a[i] != b[i]) {
                assertEquals(0f, b[i], tensor);
                extra++;
              }
            }
            assertEquals(1, extra, tensor);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void bytesDoNotDependOnTheNumberOfThreads(Path folder, @TempDir Path temp) throws IOException {
    for (String name : List.of("one", "two")) {
      try (CausalLm model = CausalLm.open(folder)) {
        Owl.allocate(model, Golden.ids(folder, "calib.json"))
            .withThreads(name.equals("one") ? 1 : 3)
            .prune(wanda());
        model.save(temp.resolve(name));
      }
    }
    for (String file : List.of("model.safetensors", "config.json", "owl-plan.json")) {
      assertArrayEquals(
          Files.readAllBytes(temp.resolve("one").resolve(file)),
          Files.readAllBytes(temp.resolve("two").resolve(file)),
          file);
    }
  }
}
