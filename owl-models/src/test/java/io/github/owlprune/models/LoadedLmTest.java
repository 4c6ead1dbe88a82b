package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoadedLmTest {
  private static final int END = 2;

  static Stream<Path> withContinuations() throws IOException {
    return Golden.folders().stream().filter(f -> Files.exists(f.resolve("greedy.json")));
  }

  private static int[] ids(Path folder) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      return Golden.ints(file, "ids")[0];
    }
  }

  /** The tokens of a sequence, read in parts, have the logits of the whole sequence. */
  @ParameterizedTest
  @MethodSource("io.github.owlprune.models.Golden#folders")
  void partsComputeWhatTheWholeDoes(Path folder) throws IOException {
    int[] ids = ids(folder);
    try (CausalLm model = CausalLm.open(folder);
        LoadedLm loaded = model.load(ValueType.FLOAT32, 2)) {
      float[][] expected = model.logits(ids);
      float largest = 0;
      for (float[] row : expected) {
        for (float logit : row) {
          largest = Math.max(largest, Math.abs(logit));
        }
      }
      for (int part : new int[] {1, 7, ids.length}) {
        try (LoadedSequence sequence = loaded.start()) {
          for (int from = 0; from < ids.length; from += part) {
            int to = Math.min(ids.length, from + part);
            float[][] logits = sequence.appendAll(Arrays.copyOfRange(ids, from, to));
            for (int t = from; t < to; t++) {
              // Products of other numbers of rows round differently: float32, some 1e-6.
              assertClose(expected[t], logits[t - from], 1e-5f * largest, "parts of " + part);
            }
          }
        }
      }
    }
  }

  private static void assertClose(float[] expected, float[] actual, float tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance)) {
        assertEquals(expected[i], actual[i], tolerance, what + ", token id " + i);
      }
    }
  }

  /** Every next token is the one that transformers chose, unless two are as good. */
  @ParameterizedTest
  @MethodSource("withContinuations")
  void greedyTokensEqualTransformers(Path folder) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("greedy.json").toFile());
    try (CausalLm model = CausalLm.open(folder);
        LoadedLm loaded = model.load(ValueType.FLOAT32, 1)) {
      for (JsonNode expected : golden.get("sequences")) {
        try (LoadedSequence sequence = loaded.start()) {
          int[] next = ints(expected.get("prompt"));
          int[] continuation = ints(expected.get("continuation"));
          for (int i = 0; i < continuation.length; i++) {
            int best = best(sequence.append(next));
            double gap = expected.get("gap").get(i).doubleValue();
            assertTrue(best == continuation[i] || gap < 1e-4, "token " + i + " is " + best);
            next = new int[] {continuation[i]};
          }
        }
      }
    }
  }

  private static int[] ints(JsonNode list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i).intValue();
    }
    return ints;
  }

  /** Returns the best token but the end of the text, which the golden continuations leave out. */
  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (i != END && logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  @Test
  void aTruncatedSequenceGoesOnFromThere() throws IOException {
    Path folder = Golden.FOLDER.resolve("mistral-sliding");
    int[] ids = ids(folder);
    try (CausalLm model = CausalLm.open(folder);
        LoadedLm loaded = model.load(ValueType.FLOAT32, 1);
        LoadedSequence sequence = loaded.start();
        LoadedSequence other = loaded.start()) {
      sequence.append(ids);
      sequence.truncate(10);
      assertEquals(10, sequence.length());
      other.append(Arrays.copyOf(ids, 10));
      int[] more = {5, 6, 7};
      assertClose(other.append(more), sequence.append(more), 1e-4f, "truncated");
      assertEquals(13, sequence.length());
      assertThrows(IllegalArgumentException.class, () -> sequence.truncate(14));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Path folder = Golden.FOLDER.resolve("llama");
    try (CausalLm model = CausalLm.open(folder);
        LoadedLm loaded = model.load(ValueType.FLOAT32, 1);
        LoadedSequence sequence = loaded.start()) {
      sequence.append(new int[] {1, 2});
      int room = loaded.context() - 2;
      for (int[] refused :
          List.of(
              new int[] {}, new int[] {-1}, new int[] {loaded.vocabulary()}, new int[room + 1])) {
        assertThrows(IllegalArgumentException.class, () -> sequence.append(refused));
        assertEquals(2, sequence.length());
      }
      sequence.append(new int[room]);
      assertEquals(loaded.context(), sequence.length());
    }
  }
}
