package io.github.owlprune.models;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linears that are rows, interleaved rows or columns of a stored tensor. */
class SharedTensorsTest {
  private static final int BLOCK = 1;

  private static Arguments slice(
      String architecture,
      String linear,
      String tensor,
      int perOutput,
      int perInput,
      IntUnaryOperator row) {
    return Arguments.of(architecture, linear, tensor, perOutput, perInput, row);
  }

  /**
   * Returns linears with their tensors and positions: the weight of output r and input j is the
   * element {@code row(r) · perOutput + j · perInput} of the tensor.
   */
  static Stream<Arguments> slices() {
    IntUnaryOperator first = r -> r;
    return Stream.of(
        slice("phi3", "self_attn.qkv_proj.q", "self_attn.qkv_proj", 48, 1, first),
        slice("phi3", "self_attn.qkv_proj.k", "self_attn.qkv_proj", 48, 1, r -> 48 + r),
        slice("phi3", "self_attn.qkv_proj.v", "self_attn.qkv_proj", 48, 1, r -> 64 + r),
        slice("phi3", "mlp.gate_up_proj.gate", "mlp.gate_up_proj", 48, 1, first),
        slice("phi3", "mlp.gate_up_proj.up", "mlp.gate_up_proj", 48, 1, r -> 80 + r),
        slice(
            "gpt-neox",
            "attention.query_key_value.query",
            "attention.query_key_value",
            48,
            1,
            r -> r / 8 * 24 + r % 8),
        slice(
            "gpt-neox",
            "attention.query_key_value.key",
            "attention.query_key_value",
            48,
            1,
            r -> r / 8 * 24 + 8 + r % 8),
        slice(
            "gpt-neox",
            "attention.query_key_value.value",
            "attention.query_key_value",
            48,
            1,
            r -> r / 8 * 24 + 16 + r % 8),
        slice(
            "falcon-gqa",
            "self_attention.query_key_value.query",
            "self_attention.query_key_value",
            48,
            1,
            r -> r / 24 * 40 + r % 24),
        slice(
            "falcon-gqa",
            "self_attention.query_key_value.key",
            "self_attention.query_key_value",
            48,
            1,
            r -> r / 8 * 40 + 24 + r % 8),
        slice(
            "falcon-gqa",
            "self_attention.query_key_value.value",
            "self_attention.query_key_value",
            48,
            1,
            r -> r / 8 * 40 + 32 + r % 8),
        slice(
            "falcon-mqa",
            "self_attention.query_key_value.query",
            "self_attention.query_key_value",
            32,
            1,
            first),
        slice(
            "falcon-mqa",
            "self_attention.query_key_value.value",
            "self_attention.query_key_value",
            32,
            1,
            r -> 40 + r),
        slice(
            "bloom",
            "self_attention.query_key_value.key",
            "self_attention.query_key_value",
            48,
            1,
            r -> r / 8 * 24 + 8 + r % 8),
        slice("glm4", "mlp.gate_up_proj.gate", "mlp.gate_up_proj", 48, 1, first),
        slice("glm4", "mlp.gate_up_proj.up", "mlp.gate_up_proj", 48, 1, r -> 80 + r),
        slice("gpt2", "attn.c_attn.query", "attn.c_attn", 1, 144, first),
        slice("gpt2", "attn.c_attn.key", "attn.c_attn", 1, 144, r -> 48 + r),
        slice("gpt2", "attn.c_attn.value", "attn.c_attn", 1, 144, r -> 96 + r),
        slice("gpt2", "mlp.c_fc", "mlp.c_fc", 1, 192, first),
        slice("gpt2", "mlp.c_proj", "mlp.c_proj", 1, 48, first));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "mistral-sliding",
        "qwen2",
        "qwen3",
        "gemma3",
        "opt",
        "opt-post-norm",
        "phi3",
        "gpt-neox",
        "gpt2",
        "mixtral",
        "qwen2-moe",
        "qwen3-moe"
      })
  void writingAllLinearsRestoresTheFile(String architecture, @TempDir Path temp)
      throws IOException {
    Path folder = Golden.FOLDER.resolve(architecture);
    Path out = temp.resolve("out");
    try (CausalLm model = CausalLm.open(folder)) {
      // Sparsity 0 writes every linear of every block without pruning anything.
      Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(0).prune(magnitude());
      model.save(out);
    }
    String file = "model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(folder.resolve(file)), Files.readAllBytes(out.resolve(file)));
  }

  @ParameterizedTest
  @MethodSource("slices")
  void onlyThePrunedSliceChanges(
      String architecture,
      String name,
      String module,
      int perOutput,
      int perInput,
      IntUnaryOperator row,
      @TempDir Path temp)
      throws IOException {
    Path folder = Golden.FOLDER.resolve(architecture);
    Path out = temp.resolve("out");
    try (CausalLm model = CausalLm.open(folder)) {
      Owl.allocate(model)
          .withAllocator(Allocator.uniform())
          .withSparsity(0.5)
          .withLinears("*." + BLOCK + "." + name)
          .prune(magnitude());
      model.save(out);
    }
    String file = "model.safetensors";
    try (CausalLm model = CausalLm.open(out);
        SafetensorsFile before = SafetensorsFile.open(folder.resolve(file));
        SafetensorsFile after = SafetensorsFile.open(out.resolve(file))) {
      Block block = model.blocks().get(BLOCK);
      Linear linear =
          block.linears().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
      String pruned = block.name() + "." + module + ".weight";
      float[] weights = Golden.floats(after, pruned);
      float[] expected = Golden.floats(before, pruned);
      float[][] rows = read(block, linear);
      long zeros = 0;
      for (int r = 0; r < linear.outputs(); r++) {
        for (int j = 0; j < linear.inputs(); j++) {
          int at = row.applyAsInt(r) * perOutput + j * perInput;
          assertEquals(bits(rows[r][j]), bits(weights[at]));
          if (rows[r][j] == 0) {
            assertEquals(0, bits(rows[r][j]), "+0.0");
            expected[at] = 0;
            zeros++;
          }
        }
      }
      assertEquals(linear.weights() / 2, zeros);
      assertArrayEquals(expected, weights);
      for (String tensor : before.header().entries().keySet()) {
        if (!tensor.equals(pruned)) {
          assertArrayEquals(Golden.floats(before, tensor), Golden.floats(after, tensor), tensor);
        }
      }
    }
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static float[][] read(Block block, Linear linear) {
    float[][] rows = new float[linear.outputs()][linear.inputs()];
    try (Workers workers = Workers.open(1);
        OpenBlock open = block.open(workers)) {
      Matrix weight = Matrix.of(open.weight(linear));
      for (int r = 0; r < rows.length; r++) {
        weight.read(r, rows[r]);
      }
    }
    return rows;
  }
}
