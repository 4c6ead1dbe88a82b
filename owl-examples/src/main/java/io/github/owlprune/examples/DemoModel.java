package io.github.owlprune.examples;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The tiny model included in the demo, unpacked to a temporary folder. */
record DemoModel(Path folder) implements AutoCloseable {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "calibration.jsonl",
          "evaluation.txt");

  static DemoModel unpack() throws IOException {
    Path folder = Files.createTempDirectory("owl-demo");
    for (String file : FILES) {
      try (InputStream in = DemoModel.class.getResourceAsStream("demo-model/" + file)) {
        Files.copy(Objects.requireNonNull(in), folder.resolve(file));
      }
    }
    return new DemoModel(folder);
  }

  Path calibration() {
    return folder.resolve("calibration.jsonl");
  }

  Path evaluation() {
    return folder.resolve("evaluation.txt");
  }

  @Override
  public void close() throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
