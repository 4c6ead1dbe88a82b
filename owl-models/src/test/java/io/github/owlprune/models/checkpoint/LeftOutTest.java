package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Golden;
import io.github.owlprune.models.ShardedCheckpoint;
import io.github.owlprune.models.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saves folders that contain more than one model's files. */
class LeftOutTest {
  private static final List<String> WANTED =
      List.of(
          ".gitattributes",
          "LICENSE",
          "README.md",
          "added_tokens.json",
          "chat_template.jinja",
          "figure.png",
          "generation_config.json",
          "merges.txt",
          "modeling_custom.py",
          "params.json",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "vocab.json");

  private static final List<String> DENSE =
      List.of(
          "Model.ONNX",
          "adapter_config.json",
          "adapter_model.safetensors",
          "consolidated.00.pth",
          "consolidated.safetensors",
          "flax_model.msgpack",
          "model-q4_k_m.gguf",
          "model.ckpt-1000.data-00000-of-00001",
          "model.fp16.safetensors",
          "model.onnx",
          "model.onnx.data",
          "model.onnx_data",
          "model.onnx_data_1",
          "model.tflite",
          "openvino_model.xml",
          "optimizer.pt",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "rng_state.pth",
          "rust_model.ot",
          "scheduler.pt",
          "tf_model.h5",
          "tf_model.h5.index.json",
          "training_args.bin",
          "weights.mlmodel",
          "weights.npz");

  @TempDir private Path temp;

  @Test
  void everyNameIsOnItsSide() {
    assertEquals(List.of(), WANTED.stream().filter(LeftOut::contains).toList());
    assertEquals(DENSE, DENSE.stream().filter(LeftOut::contains).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyTheModelAndItsCompanionsAreSaved(boolean shards) throws IOException {
    Path whole = TinyCheckpoint.llama(temp);
    Path folder = shards ? ShardedCheckpoint.of(whole, temp.resolve("sharded"), 2) : whole;
    List<String> before = TinyCheckpoint.names(folder).toList();
    for (String name : WANTED) {
      if (!Files.exists(folder.resolve(name))) {
        Files.writeString(folder.resolve(name), "wanted " + name);
      }
    }
    for (String name : DENSE) {
      Files.write(folder.resolve(name), new byte[10_000]);
    }
    Files.createDirectories(folder.resolve("onnx"));
    Path out = temp.resolve("out");
    long bytes;
    try (CausalLm model = CausalLm.open(folder)) {
      Owl.allocate(model, Calibration.ids(Golden.FOLDER.resolve("llama/calib.json")))
          .prune(wanda());
      bytes = model.bytesToSave();
      assertEquals(DENSE, model.save(out));
      assertEquals(DENSE, model.save(temp.resolve("again")));
    }
    for (String name : WANTED) {
      assertEquals(-1, Files.mismatch(folder.resolve(name), out.resolve(name)), name);
    }
    long saved = 0;
    for (String name : TinyCheckpoint.names(out).toList()) {
      assertFalse(DENSE.contains(name), name);
      if (!name.startsWith("owl-")) {
        assertTrue(before.contains(name) || WANTED.contains(name), name);
        saved += Files.size(out.resolve(name));
      }
    }
    assertEquals(saved, bytes);
  }
}
