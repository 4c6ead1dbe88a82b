package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.plan.Report;
import io.github.owlprune.sparsegpt.SparseGpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsMemoryTest {
  private static List<int[]> sequences() {
    Random random = new Random(9);
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < 3; s++) {
      sequences.add(random.ints(40, 3, 160).toArray());
    }
    return sequences;
  }

  private static List<List<Report.PrunedLinear>> prune(
      Path folder, long statisticsBytes, List<Long> done, Path out) throws IOException {
    try (CausalLm model = CausalLm.open(folder)) {
      Report report =
          Owl.allocate(model, Calibration.ids(sequences()))
              .withSparsity(0.5)
              .withStatisticsMemory(statisticsBytes)
              .withProgress(
                  (activity, pieces, total) -> {
                    done.clear();
                    done.add(pieces);
                    done.add(total);
                  })
              .prune(SparseGpt.sparseGpt());
      model.save(out);
      return report.blocks().stream().map(Report.PrunedBlock::linears).toList();
    }
  }

  /** With 0 bytes every input is observed on its own. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "gpt-neox", "mixtral", "qwen2-moe"})
  void severalObservationsGiveTheSameBytes(String name, @TempDir Path temp) throws IOException {
    Path folder = Golden.FOLDER.resolve(name);
    List<Long> done = new ArrayList<>();
    List<List<Report.PrunedLinear>> expected =
        prune(folder, Long.MAX_VALUE, done, temp.resolve("together"));
    for (long bytes : new long[] {0, 30_000}) {
      Path out = temp.resolve("in-" + bytes);
      assertEquals(expected, prune(folder, bytes, done, out));
      assertEquals(done.get(1), done.get(0), "all announced progress was made");
      assertArrayEquals(
          Files.readAllBytes(temp.resolve("together/model.safetensors")),
          Files.readAllBytes(out.resolve("model.safetensors")));
    }
  }
}
