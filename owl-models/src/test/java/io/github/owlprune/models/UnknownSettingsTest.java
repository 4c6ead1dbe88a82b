package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens configurations with settings that no family reads. */
class UnknownSettingsTest {
  private static final Path LLAMA = Golden.FOLDER.resolve("llama");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int[] IDS = {1, 2, 3};

  @TempDir private Path temp;

  private Path with(Path golden, String settings) throws IOException {
    EditableCheckpoint checkpoint = EditableCheckpoint.of(golden);
    checkpoint.config().setAll((ObjectNode) JSON.readTree("{" + settings + "}"));
    return checkpoint.write(temp.resolve("model"));
  }

  private static String refusal(Path folder, String... ignored) {
    OpenOptions options = OpenOptions.DEFAULT.withIgnoredSettings(List.of(ignored));
    return assertThrows(CheckpointException.class, () -> CausalLm.open(folder, options).close())
        .getMessage();
  }

  private static List<Path> goldens() throws IOException {
    return Golden.folders();
  }

  /** Settings of files on the hub, all of which transformers ignores. */
  private static final String BOOKKEEPING =
      """
      "transformers.js_config": {"kv_cache_dtype": {"q4f16": "float16"}, "dtype": "q8"},
      "is_llama_config": true, "unsloth_fixed": true, "unsloth_version": "2025.3.18",
      "max_sequence_length": 2048, "internal_version": "7b-alpha", "auto_map": {"AutoConfig": "a.B"},
      "pruned_heads": {}, "add_cross_attention": false, "tie_encoder_decoder": false,
      "cross_attention_hidden_size": null, "return_dict": true, "torchscript": false,
      "num_beams": 1, "temperature": 0.6, "top_k": 50, "suppress_tokens": null,
      "id2label": {"0": "LABEL_0"}, "gradient_checkpointing": false, "attention_dropout": 0.1,
      "summary_first_dropout": 0.1, "initializer_factor": 1.0, "mask_token_id": 5,
      "image_token_index": 7, "_commit_hash": "abc", "_attn_implementation_internal": "sdpa",
      "quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": false,
        "load_in_8bit": false, "bnb_4bit_compute_dtype": "float32"},
      "some_new_list": [], "some_new_map": {}, "some_new_name": "", "some_new_thing": null,
      "is_causal": true, "use_moe": false
      """;

  /** No expert is what a dense model has; in a mixture of experts it would be a fault. */
  @Test
  void noExpertsMeansNothingInADenseModel() throws IOException {
    try (CausalLm noted =
        CausalLm.open(with(Golden.FOLDER.resolve("llama"), "\"num_experts\": 0"))) {
      assertEquals(List.of(), noted.remarks());
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void bookkeepingChangesNothing(Path golden) throws IOException {
    try (CausalLm plain = CausalLm.open(golden);
        CausalLm noted = CausalLm.open(with(golden, BOOKKEEPING))) {
      assertEquals(List.of(), noted.remarks());
      assertArrayEquals(plain.logits(IDS), noted.logits(IDS));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"logit_cap\": 30",
        "\"use_residual_gate\": true",
        // a later flag may be true by default, so that false switches something off
        "\"use_residual_gate\": false",
        "\"residual_strength\": 0",
        "\"add_cross_attention\": true",
        "\"num_experts\": 8",
        "\"is_causal\": false",
        "\"use_alibi\": true",
        "\"pruned_heads\": {\"0\": [1]}",
        "\"rope_parameters\": {\"rope_type\": \"default\", \"twist\": 2}"
      })
  void whatMayComputeSomethingIsRefused(String setting) throws IOException {
    String message = refusal(with(LLAMA, setting));
    String name =
        setting.contains("twist")
            ? "rope_parameters.twist"
            : setting.substring(1, setting.indexOf('"', 1));
    assertTrue(message.contains(name + " = "), message);
    assertTrue(message.contains("--ignore-setting " + name), message);
  }

  @Test
  void allAreNamedInOneMessage() throws IOException {
    String message =
        refusal(
            with(
                LLAMA,
                "\"a_gate\": 1, \"b_gate\": true, \"rope_parameters\": {\"rope_type\": \"default\","
                    + " \"c_gate\": \"x\"}"));
    assertTrue(message.contains("a_gate = 1"), message);
    assertTrue(message.contains("b_gate = true"), message);
    assertTrue(message.contains("rope_parameters.c_gate = \"x\""), message);
  }

  @Test
  void ignoredSettingsAreRemarked() throws IOException {
    Path folder =
        with(LLAMA, "\"a_gate\": 1, \"rope_parameters\": {\"rope_type\": \"default\", \"b\": 2}");
    String message = refusal(folder, "a_gate");
    assertTrue(message.contains("rope_parameters.b"), message);
    assertFalse(message.contains("a_gate"), message);
    OpenOptions both =
        OpenOptions.DEFAULT.withIgnoredSettings(List.of("rope_parameters.b", "a_gate"));
    try (CausalLm model = CausalLm.open(folder, both);
        CausalLm plain = CausalLm.open(LLAMA)) {
      assertEquals(2, model.remarks().size());
      assertTrue(model.remarks().get(0).contains("a_gate = 1"), model.remarks().toString());
      assertTrue(model.remarks().get(1).contains("rope_parameters.b = 2"));
      assertArrayEquals(plain.logits(IDS), model.logits(IDS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden_size", "missing", "torch_dtype", "rope_parameters", ""})
  void onlyUnknownSettingsCanBeIgnored(String name) throws IOException {
    String message = refusal(with(LLAMA, "\"a_gate\": 1"), "a_gate", name);
    assertTrue(message.contains(name + " cannot be ignored"), message);
    assertTrue(message.contains("a_gate"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4}",
        "\"quantization_config\": {\"quant_method\": \"awq\", \"bits\": 4}",
        "\"quantization_config\": {\"quant_method\": \"fp8\", \"fmt\": \"e4m3\"}",
        "\"quantization_config\": {\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true,"
            + " \"load_in_8bit\": false}",
        "\"quantization_config\": {\"quant_method\": \"compressed-tensors\","
            + " \"config_groups\": {\"group_0\": {}}}",
        "\"quantization\": {\"group_size\": 64, \"bits\": 4}"
      })
  void quantizedCheckpointsAreNamedAsSuch(String setting) throws IOException {
    String message = refusal(with(LLAMA, setting + ", \"a_gate\": 1"));
    assertTrue(message.contains("the checkpoint is quantized"), message);
    assertTrue(message.contains("dequantize"), message);
    assertFalse(message.contains("download"), message);
  }

  @Test
  void whatSparsityToolsLeaveBehindIsNoQuantization() throws IOException {
    try (CausalLm model =
        CausalLm.open(
            with(
                LLAMA,
                "\"quantization_config\": {\"quant_method\": \"compressed-tensors\","
                    + " \"config_groups\": {}, \"sparsity_config\": {\"format\": \"dense\","
                    + " \"global_sparsity\": 0.5}}"))) {
      assertEquals(List.of(), model.remarks());
    }
  }
}
