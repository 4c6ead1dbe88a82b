package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenLogitsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama3-rope-tied",
        "llama-head-dim-bias",
        "mistral-sliding",
        "qwen2",
        "qwen3",
        "gemma3"
      })
  void logitsEqualTransformers(String architecture) throws IOException {
    Path folder = Golden.FOLDER.resolve(architecture);
    try (CausalLm model = CausalLm.open(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      int[][] ids = Golden.ints(file, "ids");
      float[] expected = Golden.floats(file, "logits");
      float largest = 0;
      for (float x : expected) {
        largest = Math.max(largest, Math.abs(x));
      }
      int at = 0;
      for (int s = 0; s < ids.length; s++) {
        float[][] logits = model.logits(ids[s]);
        for (int t = 0; t < logits.length; t++) {
          for (int v = 0; v < logits[t].length; v++) {
            float difference = Math.abs(logits[t][v] - expected[at++]);
            // Float32 on both sides; 1e-5 of the largest is what was seen.
            assertTrue(
                difference <= 1e-4 * largest,
                "sequence " + s + ", token " + t + ", id " + v + " differs by " + difference);
          }
        }
      }
    }
  }
}
