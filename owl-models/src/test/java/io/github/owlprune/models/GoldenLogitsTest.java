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
      float off = 0;
      int at = 0;
      for (int[] sequence : ids) {
        for (float[] logits : model.logits(sequence)) {
          for (float logit : logits) {
            off = Math.max(off, Math.abs(logit - expected[at++]));
          }
        }
      }
      assertEquals(expected.length, at);
      // Float32 on both sides; 1e-5 of the largest is what was seen.
      assertTrue(off <= 1e-4 * largest, off + " off at a largest logit of " + largest);
    }
  }
}
