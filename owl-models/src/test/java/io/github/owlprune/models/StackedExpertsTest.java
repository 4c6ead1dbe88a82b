package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.plan.Report;
import io.github.owlprune.wanda.Wanda;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experts in the layout that transformers 5 has in memory: two tensors a block. */
class StackedExpertsTest {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tensor(long[] shape, float[] values) {}

  private static Map<String, Tensor> tensors(Path folder) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      for (String name : file.header().entries().keySet()) {
        long[] shape =
            Objects.requireNonNull(file.header().entries().get(name)).shape().stream()
                .mapToLong(Long::longValue)
                .toArray();
        tensors.put(name, new Tensor(shape, Golden.floats(file, name)));
      }
    }
    return tensors;
  }

  /** Returns a copy of a golden model whose experts are stacked. */
  private static Path stacked(Path temp, String name, String module, String... linears)
      throws IOException {
    Path folder = Files.createDirectory(temp.resolve("stacked"));
    Files.copy(Golden.FOLDER.resolve(name).resolve("config.json"), folder.resolve("config.json"));
    Map<String, Tensor> left = tensors(Golden.FOLDER.resolve(name));
    Map<String, Tensor> made = new LinkedHashMap<>();
    for (String tensor : new TreeSet<>(left.keySet())) {
      if (tensor.endsWith("." + module + ".gate.weight")) {
        String block = tensor.substring(0, tensor.length() - (module + ".gate.weight").length());
        String experts = block + module + ".experts.";
        Tensor router = Objects.requireNonNull(left.remove(tensor));
        made.put(block + "mlp.gate.weight", router);
        int count = (int) router.shape()[0];
        made.put(
            block + "mlp.experts.gate_up_proj",
            stack(left, experts, count, List.of(linears[0], linears[1])));
        made.put(block + "mlp.experts.down_proj", stack(left, experts, count, List.of(linears[2])));
      }
    }
    made.putAll(left);
    write(folder.resolve("model.safetensors"), made);
    return folder;
  }

  /** Concatenates the linears of each expert, and stacks the experts. */
  private static Tensor stack(
      Map<String, Tensor> left, String experts, int count, List<String> linears) {
    float[] all = new float[0];
    long outputs = 0;
    long inputs = 0;
    for (int e = 0; e < count; e++) {
      outputs = 0;
      for (String linear : linears) {
        Tensor part = Objects.requireNonNull(left.remove(experts + e + "." + linear + ".weight"));
        int at = all.length;
        all = Arrays.copyOf(all, at + part.values().length);
        System.arraycopy(part.values(), 0, all, at, part.values().length);
        outputs += part.shape()[0];
        inputs = part.shape()[1];
      }
    }
    return new Tensor(new long[] {count, outputs, inputs}, all);
  }

  private static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      float[] values = tensor.getValue().values();
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F32");
      entry.set("shape", new ObjectMapper().valueToTree(tensor.getValue().shape()));
      entry.putArray("data_offsets").add(data.size()).add(data.size() + bytes.capacity());
      data.writeBytes(bytes.array());
    }
    Files.write(file, TinyCheckpoint.safetensors(header.toString(), data.toByteArray()));
  }

  private static Report prune(CausalLm model, Path out) throws IOException {
    int[][] ids = {{5, 9, 33, 17, 80, 41, 12, 7, 3, 99, 64, 23}, {8, 150, 31, 77, 6, 18, 90, 45}};
    Report report =
        Owl.allocate(model, Calibration.ids(List.of(ids)))
            .withAllocator(Allocator.uniform())
            .withSparsity(0.5)
            .prune(Wanda.wanda());
    model.save(out);
    return report;
  }

  @ParameterizedTest
  @CsvSource({
    "mixtral, block_sparse_moe, w1, w3, w2",
    "qwen2-moe, mlp, gate_proj, up_proj, down_proj",
    "qwen3-moe, mlp, gate_proj, up_proj, down_proj"
  })
  void stackedExpertsArePrunedAsSeparateOnes(
      String name, String module, String gate, String up, String down, @TempDir Path temp)
      throws IOException {
    Path folder = stacked(temp, name, module, gate, up, down);
    int[] ids = {4, 100, 31, 7, 55, 12, 90, 3};
    try (CausalLm separate = CausalLm.open(Golden.FOLDER.resolve(name));
        CausalLm together = CausalLm.open(folder)) {
      assertArrayEquals(separate.logits(ids), together.logits(ids));
      Report expected = prune(separate, temp.resolve("separate"));
      Report actual = prune(together, temp.resolve("together"));
      assertEquals(expected.plan(), actual.plan(), "linears keep their names");
    }
    try (CausalLm separate = CausalLm.open(temp.resolve("separate"));
        CausalLm together = CausalLm.open(temp.resolve("together"))) {
      assertArrayEquals(separate.logits(ids), together.logits(ids));
    }
  }

  @Test
  void zerosOfStackedExpertsAreWhereTheReportSays(@TempDir Path temp) throws IOException {
    Path folder = stacked(temp, "mixtral", "block_sparse_moe", "w1", "w3", "w2");
    Path out = temp.resolve("out");
    try (CausalLm model = CausalLm.open(folder)) {
      Report report = prune(model, out);
      Map<String, Tensor> saved = tensors(out);
      for (Report.PrunedBlock block : report.blocks()) {
        long reported =
            block.linears().stream()
                .filter(l -> l.name().endsWith(".w2"))
                .mapToLong(Report.PrunedLinear::zeros)
                .sum();
        float[] values =
            Objects.requireNonNull(saved.get(block.name() + ".mlp.experts.down_proj")).values();
        long zeros = 0;
        for (float value : values) {
          zeros += value == 0 ? 1 : 0;
        }
        assertEquals(reported, zeros);
        assertEquals(values.length / 2, zeros);
      }
    }
  }
}
