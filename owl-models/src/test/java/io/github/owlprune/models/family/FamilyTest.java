package io.github.owlprune.models.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.TensorShape;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads configurations with the settings of published checkpoints. */
class FamilyTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "configs");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ObjectNode config(String name) throws IOException {
    return (ObjectNode) JSON.readTree(FOLDER.resolve(name + ".json").toFile());
  }

  private static DecoderRecipe recipe(ObjectNode config) throws CheckpointException {
    return Family.recipe(new Settings(Path.of("config.json"), config), prefix -> true);
  }

  @ParameterizedTest
  @CsvSource({
    // context, blocks, weights of the linears of all blocks
    "mistral-7b-v0.1, 32768, 32, 6979321856",
    "qwen2.5-7b, 131072, 28, 6525288448",
    "qwen3-0.6b, 40960, 28, 440401920",
    "gemma-3-1b, 32768, 26, 697761792",
    "phi-3-mini-4k, 4096, 32, 3623878656",
    "phi-3.5-mini, 131072, 32, 3623878656",
    "phi-4-mini, 131072, 32, 3221225472",
    "opt-125m, 2048, 12, 84934656",
    "opt-350m, 2048, 24, 301989888",
    "opt-6.7b, 2048, 32, 6442450944",
    "pythia-410m, 2048, 24, 301989888",
    "gpt2, 1024, 12, 84934656"
  })
  void publishedConfigurationsAreRead(String name, int context, int blocks, long weights)
      throws IOException {
    DecoderRecipe recipe = recipe(config(name));
    assertEquals(context, recipe.context());
    assertEquals(blocks, recipe.blocks());
    long sum = 0;
    for (int i = 0; i < blocks; i++) {
      for (LinearRecipe linear : recipe.block().apply(i).linears()) {
        sum += linear.linear().weights();
      }
    }
    assertEquals(weights, sum);
  }

  /** The golden checkpoints were saved by transformers and contain all tensors of their models. */
  @ParameterizedTest
  @MethodSource("io.github.owlprune.models.Golden#folders")
  void aRecipeNeedsExactlyTheTensorsOfItsCheckpoint(Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      Map<String, List<Long>> present = new TreeMap<>();
      file.header().entries().values().forEach(e -> present.put(e.name(), e.shape()));
      Map<String, List<Long>> needed = new TreeMap<>();
      Family.recipe(checkpoint)
          .tensors()
          .forEach(t -> assertNull(needed.put(t.name(), t.shape()), t.name()));
      assertEquals(present, needed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mistral-7b-v0.1, 7241732096",
    "qwen3-0.6b, 596049920",
    "gemma-3-1b, 999885952",
    "phi-4-mini, 3836021760",
    "opt-125m, 125239296",
    "opt-350m, 331196416",
    "pythia-410m, 405334016",
    "gpt2, 124439808"
  })
  void recipesHaveThePublishedNumberOfParameters(String name, long parameters) throws IOException {
    assertEquals(parameters, recipe(config(name)).tensors().mapToLong(TensorShape::elements).sum());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mistral-7b-v0.1 | layer_types | [\"full_attention\"]",
        "mistral-7b-v0.1 | sliding_window | 0",
        "qwen2.5-7b | rope_scaling | {\"type\": \"yarn\", \"factor\": 4.0}",
        "qwen2.5-7b | use_mrope | true",
        "qwen2.5-7b | layer_types | [\"sliding_attention\"]",
        "qwen3-0.6b | layer_types | \"full_attention\"",
        "qwen3-0.6b | num_experts | 8",
        "gemma-3-1b | final_logit_softcapping | 30.0",
        "gemma-3-1b | attn_logit_softcapping | 50.0",
        "gemma-3-1b | use_bidirectional_attention | true",
        "gemma-3-1b | rope_parameters | {\"rope_theta\": 10000.0}",
        "phi-3-mini-4k | attention_bias | true",
        "phi-3-mini-4k | full_attn_mod | 2",
        "phi-3-mini-4k | partial_rotary_factor | 0.01",
        "phi-3.5-mini | rope_scaling | {\"type\": \"longrope\", \"short_factor\": [1]}",
        "opt-125m | layer_norm_elementwise_affine | false",
        "opt-125m | num_attention_heads | 11",
        "opt-125m | activation_function | \"mish\"",
        "pythia-410m | rotary_pct | 0.05",
        "gpt2 | add_cross_attention | true",
        "gpt2 | quantization_config | {}"
      })
  void unsupportedSettingsAreRejectedByName(String name, String setting, String value)
      throws IOException {
    ObjectNode config = config(name);
    config.set(setting, JSON.readTree(value));
    String message = assertThrows(CheckpointException.class, () -> recipe(config)).getMessage();
    assertTrue(message.contains(setting), message);
  }

  /** Sizes that would exhaust memory or overflow a product before any tensor is checked. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "qwen3-0.6b | head_dim | 2147483646 | from 1 to 16777216",
        "qwen3-0.6b | head_dim | 131072 | an even number up to 65536",
        "qwen3-0.6b | num_attention_heads | 1073741824 | multiplied by the head size, 128",
        "mistral-7b-v0.1 | hidden_size | 1073741824 | from 1 to 16777216",
        "phi-3-mini-4k | intermediate_size | 1073741824 | from 1 to 16777216",
        "opt-125m | ffn_dim | 1073741824 | from 1 to 16777216",
        "opt-350m | word_embed_proj_dim | 1073741824 | from 1 to 16777216",
        "pythia-410m | hidden_size | 1073741824 | from 1 to 16777216",
        "gpt2 | n_embd | 1073741824 | from 1 to 16777216",
        "gpt2 | n_inner | 1073741824 | from 1 to 16777216",
        "qwen3-0.6b | rms_norm_eps | 1e-320 | from 1.17549435E-38 to 3.4028235E38",
        "qwen3-0.6b | rope_theta | 1e308 | from 1.17549435E-38 to 3.4028235E38",
        "phi-3.5-mini | original_max_position_embeddings | 1 | at least 2"
      })
  void excessiveSizesAndNumbersAreRejected(
      String name, String setting, String value, String allowed) throws IOException {
    ObjectNode config = config(name);
    config.set(setting, JSON.readTree(value));
    String message = assertThrows(CheckpointException.class, () -> recipe(config)).getMessage();
    assertTrue(message.startsWith("config.json: the setting " + setting + " is "), message);
    assertTrue(message.contains(allowed), message);
  }

  @Test
  void longSettingsAreRejectedWithAShortMessage() throws IOException {
    String text = "x".repeat(1_000_000);
    for (String setting : List.of("model_type", "hidden_act", "vocab_size", "layer_types", text)) {
      ObjectNode config = config("qwen3-0.6b").put(setting, text);
      String message = assertThrows(CheckpointException.class, () -> recipe(config)).getMessage();
      assertTrue(message.length() < 1000, () -> "a message of " + message.length());
    }
  }

  @Test
  void tensorsOfBillionsOfBlocksAreComputedLazily() throws IOException {
    DecoderRecipe recipe = recipe(config("gpt2").put("n_layer", Integer.MAX_VALUE));
    Iterator<TensorShape> tensors = recipe.tensors().iterator();
    assertEquals("transformer.wte.weight", tensors.next().name());
    assertEquals("transformer.wpe.weight", tensors.next().name());
    assertEquals("transformer.h.0.ln_1.weight", tensors.next().name());
  }

  @ParameterizedTest
  @CsvSource({"2, 1, false", "2, 2, true", "0, 0, true", "28, 27, false"})
  void upperBlocksOfQwenMayHaveAWindow(int full, int block, boolean slides) throws IOException {
    ObjectNode config = config("qwen2.5-7b");
    config.put("use_sliding_window", true).put("max_window_layers", full).put("sliding_window", 8);
    int window = recipe(config).block().apply(block).attention().shape().window();
    assertEquals(slides ? 8 : AttentionShape.NO_WINDOW, window);
  }

  @ParameterizedTest
  @CsvSource({"0, 512", "4, 512", "5, 2147483647", "25, 512"})
  void everySixthBlockOfGemmaHasNoWindow(int block, int window) throws IOException {
    DecoderRecipe recipe = recipe(config("gemma-3-1b"));
    assertEquals(window, recipe.block().apply(block).attention().shape().window());
  }

  @ParameterizedTest
  @CsvSource({"'', 4096", "null, 2147483647", "7, 7"})
  void aNullWindowOfMistralDiffersFromAMissingOne(String value, int window) throws IOException {
    ObjectNode config = config("mistral-7b-v0.1");
    if (value.isEmpty()) {
      config.remove("sliding_window");
    } else {
      config.set("sliding_window", JSON.readTree(value));
    }
    assertEquals(window, recipe(config).block().apply(3).attention().shape().window());
  }
}
