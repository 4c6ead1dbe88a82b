package io.github.owlprune.models;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.pipeline.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausalLmTest {
  private static final Path LLAMA = Golden.FOLDER.resolve("llama");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model_type\": \"llama\" | \"model_type\": \"mamba\" | model_type",
        "\"hidden_act\": \"silu\" | \"hidden_act\": \"mish\" | hidden_act",
        "\"hidden_size\": 48 | \"hidden_size\": -1 | hidden_size",
        "\"hidden_size\": 48 | \"hidden_size\": \"wide\" | hidden_size",
        "\"hidden_size\": 48 | \"hidden_size\": null | hidden_size",
        "\"hidden_size\": 48 | \"hidden_size\": 96 | model.embed_tokens.weight",
        "\"num_hidden_layers\": 3 | \"num_hidden_layers\": 4 | model.layers.3",
        "\"num_key_value_heads\": 2 | \"num_key_value_heads\": 4 | num_key_value_heads",
        "\"use_cache\": true | \"use_cache\": true, \"sliding_window\": 7 | sliding_window",
        "\"use_cache\": true | \"quantization_config\": {\"bits\": 4} | quantization_config",
        "\"rope_type\": \"default\" | \"rope_type\": \"twisted\" | rope_parameters.rope_type",
        "\"rope_type\": \"default\" | \"rope_type\": \"linear\" | rope_parameters.factor",
        "\"rope_type\": \"default\" | \"partial_rotary_factor\": 0.5 | partial_rotary_factor",
        "\"rms_norm_eps\": 1e-05 | \"rms_norm_eps\": 0 | rms_norm_eps",
        "\"mlp_bias\": false | \"mlp_bias\": true | gate_proj.bias",
        "\"mlp_bias\": false | \"mlp_bias\": 1 | mlp_bias"
      })
  void unsupportedSettingsAreRejectedByName(
      String setting, String instead, String named, @TempDir Path temp) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    String config = Files.readString(folder.resolve("config.json"));
    assertTrue(config.contains(setting));
    Files.writeString(folder.resolve("config.json"), config.replace(setting, instead));
    String message =
        assertThrows(IOException.class, () -> CausalLm.open(folder).close()).getMessage();
    assertTrue(message.contains(named), message);
  }

  @Test
  void olderRopeSettingsGiveTheSameModel(@TempDir Path temp) throws IOException {
    Path folder = Files.createDirectory(temp.resolve("old"));
    Path golden = Golden.FOLDER.resolve("llama3-rope-tied");
    Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String config = Files.readString(golden.resolve("config.json"));
    String older =
        config
            .replaceAll("\"rope_theta\": 500000.0,\\s*", "")
            .replace("\"rope_parameters\": {", "\"rope_theta\": 500000.0, \"rope_scaling\": {");
    assertTrue(older.contains("rope_scaling") && !older.contains("rope_parameters"));
    Files.writeString(folder.resolve("config.json"), older);
    int[] ids = IntStream.range(0, 60).toArray();
    try (CausalLm a = CausalLm.open(golden);
        CausalLm b = CausalLm.open(folder)) {
      float[][] expected = a.logits(ids);
      float[][] logits = b.logits(ids);
      for (int t = 0; t < ids.length; t++) {
        assertArrayEquals(expected[t], logits[t]);
      }
    }
  }

  @Test
  void tensorNamesWithoutThePrefixAreRead(@TempDir Path temp) throws IOException {
    Path golden = Golden.FOLDER.resolve("gpt2");
    Path folder = Files.createDirectory(temp.resolve("bare"));
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(golden.resolve("model.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) file.getLong()];
    file.get(header);
    byte[] data = new byte[file.remaining()];
    file.get(data);
    String named = new String(header, StandardCharsets.UTF_8);
    String bare = named.replace("\"transformer.", "\"");
    assertTrue(bare.length() < named.length());
    Files.write(folder.resolve("model.safetensors"), TinyCheckpoint.safetensors(bare, data));
    int[] ids = {5, 6, 7};
    try (CausalLm a = CausalLm.open(golden);
        CausalLm b = CausalLm.open(folder)) {
      assertEquals("h.0", b.blocks().get(0).name());
      assertArrayEquals(a.logits(ids), b.logits(ids));
    }
  }

  @Test
  void invalidSequencesAreRejected() throws IOException {
    try (CausalLm model = CausalLm.open(LLAMA)) {
      assertThrows(IllegalArgumentException.class, () -> model.check(new int[0]));
      assertThrows(IllegalArgumentException.class, () -> model.check(new int[129]));
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Owl.allocate(model, Calibration.ids(List.of(new int[] {1, 160}))).plan())
              .getMessage();
      assertTrue(message.contains("token 1 has the id 160"), message);
      assertThrows(IllegalArgumentException.class, () -> model.perplexity(List.of()));
      assertThrows(IllegalArgumentException.class, () -> model.perplexity(List.of(new int[] {1})));
      assertThrows(IllegalArgumentException.class, () -> Perplexity.windows(new int[5], 6));
      assertThrows(IllegalArgumentException.class, () -> Perplexity.windows(new int[5], 1));
      assertEquals(2, Perplexity.windows(new int[5], 2).size());
      List<int[]> behindOne = Perplexity.windows(new int[] {7, 1, 2, 3, 4, 5}, 3, 7);
      assertArrayEquals(
          new int[][] {{7, 1, 2}, {7, 3, 4}}, behindOne.toArray(int[][]::new), "once, not twice");
      assertArrayEquals(
          new int[][] {{9, 7, 1}, {9, 2, 3}, {9, 4, 5}},
          Perplexity.windows(new int[] {7, 1, 2, 3, 4, 5}, 3, 9).toArray(int[][]::new));
      assertThrows(
          IllegalArgumentException.class, () -> Perplexity.windows(new int[] {7, 1}, 3, 7));
    }
  }

  @Test
  void nanWeightsAreReportedWithTheirLinear(@TempDir Path temp) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    byte[] file = Files.readAllBytes(folder.resolve("model.safetensors"));
    try (Checkpoint c = Checkpoint.open(folder)) {
      long at = c.entry("model.layers.1.mlp.up_proj.weight").offset() + 40;
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat((int) at, Float.NaN);
    }
    Files.write(folder.resolve("model.safetensors"), file);
    TokenIds calib = Calibration.ids(LLAMA.resolve("calib.json"));
    try (CausalLm model = CausalLm.open(folder)) {
      String message =
          assertThrows(ArithmeticException.class, () -> Owl.allocate(model, calib).prune(wanda()))
              .getMessage();
      assertTrue(message.contains("the weight of model.layers.1.mlp.up_proj:"), message);
      assertTrue(message.contains("model.layers.1.mlp.up_proj.weight contains NaN"), message);
      assertTrue(message.contains("element 10;"), message);
    }
  }

  @Test
  void aModelIsPrunedOnceAndMustBeReopenedAfterCancellation() throws IOException {
    TokenIds calib = Calibration.ids(LLAMA.resolve("calib.json"));
    try (CausalLm model = CausalLm.open(LLAMA)) {
      Owl.allocate(model, calib).prune(wanda());
      assertThrows(IllegalStateException.class, () -> Owl.allocate(model, calib).prune(wanda()));
    }
    try (CausalLm model = CausalLm.open(LLAMA)) {
      Progress interrupt = (doing, done, total) -> Thread.currentThread().interrupt();
      assertThrows(
          CancellationException.class,
          () -> Owl.allocate(model, calib).withProgress(interrupt).prune(wanda()));
      assertTrue(Thread.interrupted());
      assertThrows(IllegalStateException.class, () -> model.logits(new int[] {1}));
      assertThrows(IllegalStateException.class, () -> model.save(Path.of("nowhere")));
    }
    CausalLm closed = CausalLm.open(LLAMA);
    closed.close();
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.logits(new int[] {1}));
  }

  @Test
  void logitsDoNotDependOnWhatFollows() throws IOException {
    // Chunks have 256 rows, but the golden context is 128, so it is extended.
    int[] ids = IntStream.range(0, 700).map(i -> (i * 37 + i / 7) % 160).toArray();
    Path folder = Files.createTempDirectory("long-context");
    try {
      TinyCheckpoint.llama(folder);
      Path llama = folder.resolve("llama");
      String config = Files.readString(llama.resolve("config.json"));
      Files.writeString(
          llama.resolve("config.json"),
          config.replace("\"max_position_embeddings\": 128", "\"max_position_embeddings\": 1024"));
      try (CausalLm model = CausalLm.open(llama)) {
        float[][] whole = model.logits(ids);
        float[][] prefix = model.logits(Arrays.copyOf(ids, 300));
        for (int t = 0; t < prefix.length; t++) {
          // The model is causal: later tokens change only the shapes of the products, hence
          // rounding.
          assertArrayEquals(prefix[t], whole[t], 1e-4f);
        }
      }
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
