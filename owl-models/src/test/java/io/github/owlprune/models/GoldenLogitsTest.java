package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenLogitsTest {
  @ParameterizedTest
  @MethodSource("io.github.owlprune.models.Golden#folders")
  void logitsEqualTransformers(Path folder) throws IOException {
    try (CausalLm model = CausalLm.open(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      int[][] ids = Golden.ints(file, "ids");
      float[] expected = Golden.floats(file, "logits");
      float largest = 0;
      for (float x : expected) {
        largest = Math.max(largest, Math.abs(x));
      }
      float error = 0;
      int at = 0;
      for (int[] sequence : ids) {
        for (float[] logits : model.logits(sequence)) {
          for (float logit : logits) {
            error = Math.max(error, Math.abs(logit - expected[at++]));
          }
        }
      }
      assertEquals(expected.length, at);
      // Both sides compute in float32; the observed error is 1e-5 of the largest logit.
      assertTrue(
          error <= 1e-4 * largest, "the error is " + error + " with a largest logit of " + largest);
    }
  }
}
