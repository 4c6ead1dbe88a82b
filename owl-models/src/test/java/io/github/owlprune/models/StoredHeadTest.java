package io.github.owlprune.models;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.family.Family;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Opens checkpoints whose configuration and weights disagree about the output head. */
class StoredHeadTest {
  private static final int[] IDS = {3, 1, 4, 15, 9, 2, 6};
  private static final String TIED = "tie_word_embeddings";

  @TempDir private Path temp;

  /** The names of the embedding and of the family's head. */
  private record Names(String embedding, String head) {
    static Names of(Path folder) throws IOException {
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        String embedding = Family.read(checkpoint, Set.of()).recipe().embedding().tensor();
        String text = "language_model.";
        String head = folder.endsWith("gpt-neox") ? "embed_out.weight" : "lm_head.weight";
        return new Names(embedding, embedding.startsWith(text) ? text + head : head);
      }
    }
  }

  private Path write(EditableCheckpoint checkpoint, String name, boolean tied) throws IOException {
    checkpoint.config().put(TIED, tied);
    return checkpoint.write(temp.resolve(name));
  }

  private static float[][] logits(Path folder, int remarks) throws IOException {
    try (CausalLm model = CausalLm.open(folder)) {
      assertEquals(remarks, model.remarks().size(), model.remarks().toString());
      return model.logits(IDS);
    }
  }

  private static List<Path> goldens() throws IOException {
    return Golden.folders();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aStoredHeadOfOtherValuesIsUsedWithARemark(Path golden) throws IOException {
    Names names = Names.of(golden);
    EditableCheckpoint both = EditableCheckpoint.of(golden).copy(names.embedding(), names.head());
    for (int i = 0; i < 50; i++) {
      both.set(names.head(), i * 3, 0.25f * i);
    }
    float[][] expected = logits(write(both, "untied", false), 0);
    Path folder = write(both, "tied", true);
    assertArrayEquals(expected, logits(folder, 1));
    try (CausalLm model = CausalLm.open(folder)) {
      assertFalse(model.isTied());
      String remark = model.remarks().get(0);
      assertTrue(remark.contains(names.head()) && remark.contains(names.embedding()), remark);
    }
    float[][] asTied = logits(write(both.remove(names.head()), "embedding", true), 0);
    assertFalse(Arrays.deepEquals(expected, asTied));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aHeadOfEqualValuesIsTied(Path golden) throws IOException {
    Names names = Names.of(golden);
    EditableCheckpoint checkpoint = EditableCheckpoint.of(golden);
    if (checkpoint.has(names.head())) {
      checkpoint.remove(names.head());
    }
    float[][] expected = logits(write(checkpoint, "once", true), 0);
    Path twice = write(checkpoint.copy(names.embedding(), names.head()), "twice", true);
    assertArrayEquals(expected, logits(twice, 0));
    try (CausalLm model = CausalLm.open(twice)) {
      assertTrue(model.isTied());
    }
    // transformers ties in both directions
    Path onlyHead = write(checkpoint.remove(names.embedding()), "head", true);
    assertArrayEquals(expected, logits(onlyHead, 0));
  }

  /** A checkpoint for which transformers 5.18 computes this perplexity, from the stored head. */
  @Test
  void perplexityEqualsThatOfTransformers() throws IOException {
    Path folder = Path.of("src", "test", "resources", "cases", "tied-head-differs");
    try (CausalLm model = CausalLm.open(folder.resolve("model"))) {
      List<int[]> windows = Calibration.ids(folder.resolve("ids.json")).sequences();
      // given with four decimals; float32 logits allow a relative error of about 1e-6
      assertEquals(249.0660, model.perplexity(windows).value(), 5e-4);
    }
  }

  @Test
  void theLastValueCounts() throws IOException {
    Path golden = Golden.FOLDER.resolve("llama3-rope-tied");
    Names names = Names.of(golden);
    EditableCheckpoint both = EditableCheckpoint.of(golden).copy(names.embedding(), names.head());
    try (Checkpoint checkpoint = Checkpoint.open(golden)) {
      int last = (int) checkpoint.entry(names.embedding()).elements() - 1;
      both.set(names.head(), last, 7);
    }
    logits(write(both, "last", true), 1);
  }

  @Test
  void theSensitivityAllocationJudgesByTheStoredHead() throws IOException {
    Path golden = Golden.FOLDER.resolve("llama");
    Names names = Names.of(golden);
    EditableCheckpoint both = EditableCheckpoint.of(golden);
    for (int i = 0; i < 500; i++) {
      both.set(names.head(), i * 7, 2f * (i % 5));
    }
    Path tied = write(both, "tied", true);
    Path untied = write(both, "untied", false);
    TokenIds calib = Calibration.ids(golden.resolve("calib.json"));
    String expected;
    try (CausalLm model = CausalLm.open(untied)) {
      expected = Owl.allocate(model, calib).withAllocator(Allocator.sensitivity()).plan().toJson();
    }
    try (CausalLm model = CausalLm.open(tied)) {
      assertEquals(
          expected,
          Owl.allocate(model, calib).withAllocator(Allocator.sensitivity()).plan().toJson());
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aModelWithoutAHeadIsPrunedButNotEvaluated(Path golden) throws IOException {
    Names names = Names.of(golden);
    EditableCheckpoint base = EditableCheckpoint.of(golden);
    if (base.has(names.head())) {
      base.remove(names.head());
    }
    Path folder = write(base, "base", false);
    Path out = temp.resolve("out");
    TokenIds calib = Calibration.ids(List.of(IDS, IDS.clone()));
    try (CausalLm model = CausalLm.open(folder)) {
      assertFalse(model.hasHead());
      assertFalse(model.isTied());
      for (Runnable user :
          List.<Runnable>of(
              () -> model.perplexity(List.of(IDS)),
              () -> model.logits(IDS),
              () -> Owl.allocate(model, calib).withAllocator(Allocator.sensitivity()).plan(),
              () -> Owl.allocate(model, calib).withAllocator(Allocator.sensitivity()).judging(),
              () -> Owl.tune(model, calib).cost(),
              () -> Owl.tune(model, calib).search())) {
        String message = assertThrows(IllegalStateException.class, user::run).getMessage();
        assertTrue(message.contains("no output head"), message);
      }
      Report report = Owl.allocate(model, calib).withSparsity(0.5).prune(wanda());
      assertTrue(report.toString().contains(names.head()), report.toString());
      model.save(out);
    }
    try (CausalLm model = CausalLm.open(out)) {
      assertFalse(model.hasHead());
    }
  }
}
