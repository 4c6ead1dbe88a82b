package io.github.owlprune.models.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.Golden;
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
import java.util.Set;
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
    "gpt2, 1024, 12, 84934656",
    "mixtral-8x7b, 32768, 32, 46439333888",
    "qwen1.5-moe-a2.7b, 8192, 24, 13690208256",
    "qwen3-30b-a3b, 40960, 48, 29896998912"
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
      file.header().entries().values().stream()
          .filter(e -> !e.name().startsWith("vision_tower.")) // of multimodal models
          .filter(e -> !e.name().startsWith("multi_modal_projector."))
          .forEach(e -> present.put(e.name(), e.shape()));
      Map<String, List<Long>> needed = new TreeMap<>();
      Family.read(checkpoint, Set.of())
          .recipe()
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
    "gpt2, 124439808",
    "mixtral-8x7b, 46702792704",
    "qwen1.5-moe-a2.7b, 14315784192",
    "qwen3-30b-a3b, 30532122624"
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
        "qwen2.5-7b | rope_scaling | {\"type\": \"yarn\", \"factor\": 4.0, \"other\": 1}",
        "qwen2.5-7b | use_mrope | true",
        "qwen2.5-7b | layer_types | [\"sliding_attention\"]",
        "qwen3-0.6b | layer_types | \"full_attention\"",
        "qwen3-0.6b | num_experts | 8",
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
        "mixtral-8x7b | num_local_experts | 0",
        "mixtral-8x7b | num_experts_per_tok | 0",
        "mixtral-8x7b | num_experts_per_tok | 9",
        "mixtral-8x7b | num_experts | 7",
        "qwen1.5-moe-a2.7b | num_experts_per_tok | 61",
        "qwen1.5-moe-a2.7b | mlp_only_layers | [-1]",
        "qwen1.5-moe-a2.7b | decoder_sparse_step | 0",
        "qwen1.5-moe-a2.7b | norm_topk_prob | 1",
        "qwen1.5-moe-a2.7b | shared_expert_intermediate_size | 0",
        "qwen3-30b-a3b | mlp_only_layers | 3",
        "qwen3-30b-a3b | num_experts_per_tok | 129",
        "qwen3-30b-a3b | shared_expert_intermediate_size | 512",
        "gpt2 | quantization_config | {\"bits\": 4}"
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
        "mixtral-8x7b | num_local_experts | 2147483647 | at most 4096 experts",
        "mixtral-8x7b | num_local_experts | 4097 | at most 4096 experts",
        "mixtral-8x7b | intermediate_size | 1073741824 | from 1 to 16777216",
        "qwen3-30b-a3b | num_experts | 1000000000 | at most 4096 experts",
        "qwen3-30b-a3b | moe_intermediate_size | 1073741824 | from 1 to 16777216",
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

  private static ObjectNode golden(String name) throws IOException {
    Path file = Golden.FOLDER.resolve(name).resolve("config.json");
    return (ObjectNode) JSON.readTree(file.toFile());
  }

  private static String rejection(ObjectNode config) {
    return assertThrows(CheckpointException.class, () -> recipe(config)).getMessage();
  }

  /** Golden configurations with one setting changed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bloom | apply_residual_connection_post_layernorm | true | only residual connections",
        "bloom | n_embed | 40 | hidden_size is 48",
        "bloom | n_head | 5 | must divide hidden_size",
        "cohere2 | use_qk_norm | true | no query and key norms",
        "falcon-gqa | parallel_attn | false | must be true",
        "falcon-gqa | num_kv_heads | 4 | must divide num_attention_heads",
        "falcon-gqa | num_ln_in_parallel_attn | 3 | must be 1, or 2",
        "falcon-mqa | num_ln_in_parallel_attn | 2 | must be 1, or 2",
        "gemma | hidden_activation | \"silu\" | hidden_act is another one",
        "gemma2 | attn_logit_softcapping | 0 | it must be a number",
        "granite | residual_multiplier | -1 | it must be a number",
        "ministral3 | rope_parameters | {} | is missing",
        "mistral3 | text_config | {} | is missing",
        "smollm3 | no_rope_layers | [1, 1, 2, 0] | must be 0 or 1",
        "smollm3 | no_rope_layers | [1] | a list of 4 numbers",
        "stablelm-parallel | num_attention_heads | 2048 | at most 1024"
      })
  void unsupportedSettingsOfFurtherFamiliesAreRejectedByName(
      String name, String setting, String value, String allowed) throws IOException {
    ObjectNode config = golden(name);
    config.set(setting, JSON.readTree(value));
    if (name.startsWith("stablelm")) {
      config.put("hidden_size", 32_768).put("partial_rotary_factor", 0.5);
    }
    String message = rejection(config);
    assertTrue(message.contains(setting), message);
    assertTrue(message.contains(allowed), message);
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek_v3, latent attention",
    "falcon_h1, state-space",
    "gpt_oss, packed 4-bit",
    "t5, no decoder-only"
  })
  void aKnownTypeThatIsNotSupportedIsRejectedWithTheReason(String type, String reason)
      throws IOException {
    String message = rejection(golden("llama").put("model_type", type));
    assertTrue(message.contains(reason), message);
    assertTrue(message.contains("llama, mistral"), message);
  }

  @Test
  void theLanguageModelOfAMultimodalCheckpointHasAKnownFamily() throws IOException {
    ObjectNode config = golden("mistral3");
    ((ObjectNode) config.get("text_config")).put("model_type", "gemma");
    String message = rejection(config);
    assertTrue(message.contains("text_config.model_type"), message);
    assertTrue(message.contains("[mistral, ministral, ministral3]"), message);
  }

  @Test
  void smallPublishedConfigurationsOfGemma3AreCompletedByDefaults() throws IOException {
    ObjectNode config = golden("gemma3-multimodal");
    config.set(
        "text_config",
        JSON.readTree(
            """
            {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
             "num_hidden_layers": 34, "sliding_window": 1024,
             "rope_scaling": {"factor": 8.0, "rope_type": "linear"}}\
            """));
    DecoderRecipe recipe = recipe(config);
    assertEquals(131_072, recipe.context());
    assertEquals(
        3_880_263_168L, recipe.tensors().mapToLong(TensorShape::elements).sum()); // of 4B's text
  }
}
