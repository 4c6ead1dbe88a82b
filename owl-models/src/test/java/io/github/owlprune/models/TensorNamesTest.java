package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens checkpoints with more tensors than a model needs, and other prefixes. */
class TensorNamesTest {
  private static final Path LLAMA = Golden.FOLDER.resolve("llama");
  private static final int[] IDS = {1, 2, 3};

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({
    // prefix of the decoder, name of the head
    "model., lm_head.weight",
    "'', lm_head.weight",
    "language_model.model., language_model.lm_head.weight",
    "language_model., language_model.lm_head.weight",
    "model.language_model., lm_head.weight"
  })
  void prefixesAreFound(String prefix, String head) throws IOException {
    EditableCheckpoint checkpoint = EditableCheckpoint.of(LLAMA).rename("model.", prefix);
    if (!head.equals("lm_head.weight")) {
      checkpoint.copy("lm_head.weight", head).remove("lm_head.weight");
    }
    // another tower, whose names begin as those of a plain model do
    checkpoint.add("model.vision_tower.layers.0.weight", "U8", List.of(3L), new byte[3]);
    try (CausalLm plain = CausalLm.open(LLAMA);
        CausalLm model = CausalLm.open(checkpoint.write(temp.resolve("model")))) {
      assertEquals(prefix + "layers.0", model.blocks().get(0).name());
      assertArrayEquals(plain.logits(IDS), model.logits(IDS));
      assertEquals(List.of(), model.remarks());
    }
  }

  @Test
  void aTensorUnderTwoPrefixesMustHaveEqualValues() throws IOException {
    String name = "model.layers.1.mlp.up_proj.weight";
    EditableCheckpoint twice =
        EditableCheckpoint.of(LLAMA).copy(name, "layers.1.mlp.up_proj.weight");
    CausalLm.open(twice.write(temp.resolve("equal"))).close();
    Path folder =
        twice.set("layers.1.mlp.up_proj.weight", 5, 0.5f).write(temp.resolve("different"));
    String message =
        assertThrows(CheckpointException.class, () -> CausalLm.open(folder).close()).getMessage();
    assertTrue(message.contains("both " + name + " and layers.1.mlp.up_proj.weight"), message);
  }

  @ParameterizedTest
  @CsvSource({"I64", "U8", "F8_E4M3", "F4", "F8_E8M0", "TYPE_OF_2030"})
  void typesMatterOnlyWhereTheTensorIsNeeded(String type) throws IOException {
    byte[] bytes = new byte[48 * 8];
    List<Long> shape = List.of(48L);
    EditableCheckpoint buffer = EditableCheckpoint.of(LLAMA);
    buffer.add("model.layers.0.self_attn.rotary_emb.steps", type, shape, size(bytes, type));
    Path out = temp.resolve("out");
    try (CausalLm model = CausalLm.open(buffer.write(temp.resolve("buffer")))) {
      assertEquals(48, model.weightTypes().get(type));
      model.save(out);
    }
    assertArrayEquals(
        buffer.weights(), EditableCheckpoint.of(out).weights(), "the tensor is copied");
    buffer.add("model.norm.weight", type, shape, size(bytes, type));
    Path folder = buffer.write(temp.resolve("norm"));
    String message =
        assertThrows(CheckpointException.class, () -> CausalLm.open(folder).close()).getMessage();
    assertTrue(message.contains("model.norm.weight is of type " + type), message);
    assertTrue(message.contains("dequantize"), message);
  }

  private static byte[] size(byte[] bytes, String type) {
    return java.util.Arrays.copyOf(
        bytes, type.equals("U8") || type.startsWith("F8_E4") ? 48 : bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "qweight, quantized",
    "weight_packed, quantized",
    "base_layer.weight, merge_and_unload"
  })
  void otherParametersExplainAMissingWeight(String parameter, String part) throws IOException {
    String module = "model.layers.2.mlp.down_proj.";
    Path folder =
        EditableCheckpoint.of(LLAMA)
            .copy(module + "weight", module + parameter)
            .remove(module + "weight")
            .write(temp.resolve("model"));
    String message =
        assertThrows(CheckpointException.class, () -> CausalLm.open(folder).close()).getMessage();
    assertTrue(message.contains(module + "weight") && message.contains(part), message);
  }

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, model.embed_tokens.weight",
    "model.layers.0.input_layernorm.weight, model.layers.0.input_layernorm.weight",
    "model.layers.2.self_attn.k_proj.weight, model.layers.2.self_attn.k_proj: tensor",
    "lm_head.weight, lm_head.weight"
  })
  void aWeightThatIsNoNumberIsBlamedOnItsTensor(String tensor, String part) throws IOException {
    Path folder =
        EditableCheckpoint.of(LLAMA)
            .set(tensor, 77 % 48, Float.NEGATIVE_INFINITY)
            .write(temp.resolve("model"));
    int[] ids = {0, 1, 2};
    try (CausalLm model = CausalLm.open(folder)) {
      String message =
          assertThrows(ArithmeticException.class, () -> model.logits(ids)).getMessage();
      assertTrue(message.contains(part) && message.contains("-Infinity"), message);
    }
  }
}
