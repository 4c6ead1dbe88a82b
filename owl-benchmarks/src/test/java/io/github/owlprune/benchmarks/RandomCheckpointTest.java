package io.github.owlprune.benchmarks;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.safetensors.DType;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RandomCheckpointTest {
  private static final Path GOLDEN = Path.of(System.getProperty("owl.golden"));

  @TempDir private Path temp;

  /** Returns one or two configurations of every family. */
  static List<Path> configurations() throws IOException {
    try (Stream<Path> folders = Files.list(GOLDEN)) {
      return folders.map(f -> f.resolve("config.json")).filter(Files::exists).sorted().toList();
    }
  }

  private Path written(String name, String... args) throws IOException {
    Path folder = temp.resolve(name);
    String[] all = new String[args.length + 1];
    all[0] = args[0];
    all[1] = folder.toString();
    System.arraycopy(args, 1, all, 2, args.length - 1);
    RandomCheckpoint.of(all).write(folder);
    return folder;
  }

  private static Map<String, Long> sizes(Path folder) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        sizes.put(file.getFileName().toString(), Files.size(file));
      }
    }
    sizes.keySet().removeIf(n -> n.startsWith("owl-"));
    return sizes;
  }

  /** Reads all values of a folder, by tensor name. */
  private static Map<String, float[]> values(Path folder) throws IOException {
    Map<String, float[]> values = new TreeMap<>();
    for (String name : sizes(folder).keySet()) {
      if (name.endsWith(".safetensors")) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(name))) {
          for (TensorEntry entry : file.header().entries().values()) {
            float[] of = new float[(int) entry.elements()];
            file.read(entry, 0, of, 0, of.length);
            values.put(entry.name(), of);
          }
        }
      }
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void everyFamilyIsWrittenOpenedPrunedAndSavedInTheSameFiles(Path config) throws IOException {
    Path folder = written("dense", config.toString(), "BF16", "7", "12000");
    Path out = temp.resolve("pruned");
    try (CausalLm model = CausalLm.open(folder)) {
      Calibration ids = Calibration.ids(GOLDEN.resolve("llama/calib.json"));
      Report report = Owl.allocate(model, ids).withSparsity(0.5).prune(wanda());
      assertEquals(0.5, report.achieved(), 1.0 / 32); // rounding in rows of 32 to 96 weights
      model.save(out);
    }
    assertTrue(sizes(folder).size() > 4, () -> "shards, index and configuration");
    assertEquals(sizes(folder), sizes(out));
    try (CausalLm again = CausalLm.open(out)) {
      for (float[] row : again.logits(new int[] {1, 2, 3})) {
        for (float logit : row) {
          assertTrue(Float.isFinite(logit));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16", "F32"})
  void valuesDependOnTheSeedAndNotOnTheFiles(DType dtype) throws IOException {
    Map<String, float[]> whole = values(written("whole", "llama-tiny", dtype.name(), "3"));
    Map<String, float[]> cut = values(written("cut", "llama-tiny", dtype.name(), "3", "100000"));
    Map<String, float[]> other = values(written("other", "llama-tiny", dtype.name(), "4"));
    assertEquals(whole.keySet(), cut.keySet());
    for (Map.Entry<String, float[]> tensor : whole.entrySet()) {
      assertArrayEquals(tensor.getValue(), cut.get(tensor.getKey()), tensor.getKey());
      assertFalse(Arrays.equals(tensor.getValue(), other.get(tensor.getKey())), tensor.getKey());
    }
    assertFalse(
        Arrays.equals(
            whole.get("model.layers.0.mlp.up_proj.weight"),
            whole.get("model.layers.1.mlp.up_proj.weight")));
  }

  @Test
  void weightsAreAboutNormalAndSomeGainsLoud() throws IOException {
    Map<String, float[]> values = values(written("model", "llama-tiny", "F32"));
    float[] weights = values.get("model.layers.2.mlp.down_proj.weight");
    // 11,264 values: the mean's standard error is 0.0002, the deviation's 0.7 %.
    assertEquals(0, mean(weights, 1), 0.001);
    assertEquals(RandomValues.DEVIATION, Math.sqrt(mean(weights, 2)), 0.001);
    double kurtosis = mean(weights, 4) / Math.pow(mean(weights, 2), 2);
    assertEquals(2.7, kurtosis, 0.15); // sum of four uniform numbers; normal: 3, uniform: 1.8
    int gains = 0;
    int loud = 0;
    for (Map.Entry<String, float[]> tensor : values.entrySet()) {
      if (tensor.getKey().endsWith("norm.weight")) {
        for (float gain : tensor.getValue()) {
          gains++;
          loud += gain > 4 ? 1 : 0;
          assertEquals(gain > 4 ? RandomValues.LOUD : 1, gain, 0.1);
        }
      }
    }
    assertTrue(loud > 0.01 * gains && loud < 0.08 * gains, loud + " of " + gains);
  }

  private static double mean(float[] values, int power) {
    double sum = 0;
    for (float value : values) {
      sum += Math.pow(value, power);
    }
    return sum / values.length;
  }

  @Test
  void gainsThatTheModelAddsOneToAreStoredWithoutIt() throws IOException {
    Path config = GOLDEN.resolve("gemma3/config.json");
    float[] gains = values(written("gemma", config.toString(), "F32")).get("model.norm.weight");
    for (float gain : gains) {
      assertEquals(gain > 3 ? RandomValues.LOUD - 1 : 0, gain, 0.1);
    }
  }

  @Test
  void outlierRatiosDifferFromBlockToBlock() throws IOException {
    try (CausalLm model = CausalLm.open(written("model", "llama-tiny"))) {
      Calibration ids = Calibration.ids(GOLDEN.resolve("llama/calib.json"));
      double[] ratios =
          Owl.allocate(model, ids).plan().blocks().stream()
              .mapToDouble(b -> b.measured())
              .toArray();
      Set<Double> distinct = new HashSet<>(DoubleStream.of(ratios).boxed().toList());
      assertEquals(4, distinct.size(), () -> Arrays.toString(ratios));
      double highest = DoubleStream.of(ratios).max().orElseThrow();
      double lowest = DoubleStream.of(ratios).min().orElseThrow();
      assertTrue(highest > 1.2 * lowest, () -> Arrays.toString(ratios));
    }
  }

  @Test
  void filesAreCalledAndListedAsTransformersDoes() throws IOException {
    Path folder = written("model", "llama-tiny", "F16", "1", "200000");
    assertEquals(
        Set.of(
            "config.json",
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json"),
        sizes(folder).keySet());
    JsonNode index =
        new ObjectMapper().readTree(folder.resolve("model.safetensors.index.json").toFile());
    Map<String, float[]> values = values(folder);
    long elements = values.values().stream().mapToLong(v -> v.length).sum();
    assertEquals(2 * elements, index.path("metadata").path("total_size").asLong());
    assertEquals(values.size(), index.path("weight_map").size());
    JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    assertEquals("float16", config.path("torch_dtype").asText());
    assertFalse(config.has("dtype"));
  }

  @Test
  void aShardHoldsAtMostWhatItMayOrOneTensor() throws IOException {
    Path folder = written("single", "llama-tiny", "BF16", "1", "1");
    assertEquals(values(folder).size() + 2, sizes(folder).size());
    for (Shard shard : RandomCheckpoint.of("llama-tiny", "out", "BF16", "1", "50000").shards()) {
      assertTrue(shard.bytes() <= 50_000 || shard.tensors().size() == 1, shard.file());
    }
  }

  /** Only plans the checkpoint, which would take 13.5 GB. */
  @Test
  void llama2Of7BillionIsAsLargeAsThePublishedOne() throws IOException {
    RandomCheckpoint llama = RandomCheckpoint.of("llama-2-7b", "out", "BF16", "1", "5000000000");
    assertEquals(2 * 6_738_415_616L, llama.bytes());
    assertEquals(3, llama.shards().size());
    for (Shard shard : llama.shards()) {
      assertTrue(shard.bytes() <= 5_000_000_000L, shard.file());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama-tiny | 1 arguments were given",
        "llama-3 out | CONFIG is llama-3, which is neither a file nor one of the shapes",
        "llama-tiny out F64 | TYPE is F64; it must be one of [BF16, F16, F32]",
        "llama-tiny out BF16 one | SEED is one; it must be an integer",
        "llama-tiny out BF16 1 0 | SHARD_BYTES is 0; it must be at least 1",
        "llama-tiny out BF16 1 5GB | SHARD_BYTES is 5GB; it must be an integer"
      })
  void wrongArgumentsAreNamed(String args, String message) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> RandomCheckpoint.of(args.split(" ", -1)));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void aFolderThatExistsIsLeftAlone() throws IOException {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> written(".", "llama-tiny"));
    assertTrue(e.getMessage().contains("exists"), e.getMessage());
    assertEquals(Map.of(), sizes(temp));
  }

  @Test
  void anUnknownFamilyIsNamed() throws IOException {
    Path config = temp.resolve("config.json");
    Files.writeString(config, "{\"model_type\": \"mamba\"}");
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> written("out", config.toString()));
    assertTrue(e.getMessage().contains("mamba"), e.getMessage());
    assertTrue(e.getMessage().contains("this release reads [llama"), e.getMessage());
    assertFalse(Files.exists(temp.resolve("out")));
  }
}
