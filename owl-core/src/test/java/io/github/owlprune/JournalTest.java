package io.github.owlprune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.pruning.Magnitude;
import io.github.owlprune.pruning.Pruner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that are cut off and started again. */
class JournalTest {
  private static final int BLOCKS = 4;
  private static final Calibration CALIBRATION =
      Calibration.ids(List.of(new int[] {1, 2, 3, 4, 5}, new int[] {6, 7}, new int[] {8, 9, 10}));

  private final Map<String, Map<String, float[][]>> disk = new HashMap<>();
  private Path folder = Path.of("");

  @BeforeEach
  @BeforeTry
  void makeFolder() throws IOException {
    disk.clear();
    folder = Files.createTempDirectory("journal");
  }

  @AfterEach
  @AfterTry
  void removeFolder() throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  /** What a kill is to a run: it ends, and leaves what is on the disk. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static Progress killedAt(int update) {
    int[] left = {update};
    return (doing, done, of) -> {
      if (left[0]-- == 0) {
        throw new Killed();
      }
    };
  }

  private ResumableToy life() {
    return new ResumableToy(BLOCKS, folder.resolve("run"), disk);
  }

  private static void assertSameWeights(ResumableToy expected, ResumableToy actual) {
    for (int b = 0; b < BLOCKS; b++) {
      for (String linear : List.of("a", "b")) {
        float[][] w = expected.toyBlocks().get(b).weights.get(linear);
        assertArrayEquals(w, actual.toyBlocks().get(b).weights.get(linear), "block " + b);
      }
    }
  }

  private static <S extends io.github.owlprune.pruning.InputStatistics> Report prune(
      ResumableToy model, Function<Allocation, Allocation> settings, Pruner<S> pruner) {
    return settings.apply(Owl.allocate(model, CALIBRATION).withSparsity(0.5)).prune(pruner);
  }

  @Property(tries = 60)
  void itGoesOnToTheSameEnd(
      @ForAll @Size(max = 4) List<@IntRange(max = 40) Integer> kills,
      @ForAll boolean inFile,
      @ForAll HiddenStateType type)
      throws IOException {
    Function<Allocation, Allocation> stage =
        a -> a.withHiddenStateMemory(inFile ? 0 : 1 << 20).withHiddenStateType(type);
    ResumableToy whole = new ResumableToy(BLOCKS, folder.resolve("whole"), new HashMap<>());
    Report undisturbed = prune(whole, stage, new ByNorm());
    int saves = 0;
    for (int kill : kills) {
      ResumableToy killed = life();
      int before = (int) IntStream.range(0, BLOCKS).filter(b -> isDone(b)).count();
      try {
        prune(killed, a -> stage.apply(a).withProgress(killedAt(kill)), new ByNorm());
      } catch (Killed e) {
        // as it should be; a kill after the last update comes too late
      }
      saves += killed.saves.size();
      assertTrue(killed.saves.size() <= BLOCKS - before, "a finished block was pruned again");
    }
    ResumableToy last = life();
    Report report = prune(last, stage, new ByNorm());
    assertSameWeights(whole, last);
    assertEquals(undisturbed.plan(), report.plan());
    for (int b = 0; b < BLOCKS; b++) {
      assertEquals(undisturbed.blocks().get(b).linears(), report.blocks().get(b).linears());
    }
    // A kill loses one block at most: the one that it came in.
    assertTrue(saves + last.saves.size() <= BLOCKS + kills.size());
  }

  private boolean isDone(int block) {
    return Files.exists(folder.resolve("run").resolve("block-" + block + ".json"));
  }

  @Test
  void blocksThatLookAtNoInputsAreNotDoneTwice() {
    assertThrows(
        Killed.class,
        () ->
            Owl.allocate(life())
                .withAllocator(Allocator.uniform())
                .withProgress(killedAt(2))
                .prune(new Magnitude()));
    ResumableToy next = life();
    Report report = Owl.allocate(next).withAllocator(Allocator.uniform()).prune(new Magnitude());
    assertEquals(BLOCKS, report.blocks().size());
    assertEquals(List.of("block.2", "block.3"), next.saves);
  }

  private void cutOff() {
    assertThrows(
        Killed.class, () -> prune(life(), a -> a.withProgress(killedAt(16)), new ByNorm()));
  }

  private static void says(RuntimeException e, String... parts) {
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
  }

  private void refused(Function<Allocation, Allocation> settings, String... parts) {
    says(
        assertThrows(IllegalStateException.class, () -> prune(life(), settings, new ByNorm())),
        parts);
  }

  @Test
  void whatChangedIsNamed() {
    cutOff();
    refused(a -> a.withSparsity(0.6), "sparsity = 0.5", "it is 0.6", folder.toString());
    refused(a -> a.withLambda(0.1), "lambda = 0.08", "0.1");
    refused(a -> a.withOutlierThreshold(7), "M = 5.0", "7.0");
    refused(a -> a.withAllocator(Allocator.uniform()), "allocator = owl", "uniform");
    refused(a -> a.withLinears("*.a"), "linears = *", "*.a");
    refused(a -> a.withMixedPattern(4), "mixed pattern");
    refused(
        a -> a.withHiddenStateMemory(0).withHiddenStateType(HiddenStateType.BFLOAT16),
        "hidden states = float32",
        "bfloat16");
    says(
        assertThrows(IllegalStateException.class, () -> prune(life(), a -> a, new Magnitude())),
        "pruner",
        "magnitude");
    Calibration other = Calibration.ids(List.of(new int[] {1, 2, 3, 4, 6}));
    says(
        assertThrows(
            IllegalStateException.class,
            () -> Owl.allocate(life(), other).withSparsity(0.5).prune(new ByNorm())),
        "calibration = 10 tokens",
        "5 tokens");
    ResumableToy changed = life();
    changed.origin = "another";
    says(
        assertThrows(IllegalStateException.class, () -> prune(changed, a -> a, new ByNorm())),
        "weights = toy",
        "another");
    prune(life(), a -> a.withThreads(1), new ByNorm()); // no matter to the result
  }

  @Test
  void aPlanIsASettingToo() {
    Plan plan = Owl.allocate(life(), CALIBRATION).withSparsity(0.5).plan();
    Plan other = Owl.allocate(life(), CALIBRATION).withSparsity(0.6).plan();
    assertThrows(
        Killed.class,
        () -> Owl.apply(life(), CALIBRATION, plan).withProgress(killedAt(16)).prune(new ByNorm()));
    says(
        assertThrows(
            IllegalStateException.class,
            () -> Owl.apply(life(), CALIBRATION, other).prune(new ByNorm())),
        "plan = ");
    ResumableToy next = life();
    Owl.apply(next, CALIBRATION, plan).prune(new ByNorm());
    ResumableToy whole = new ResumableToy(BLOCKS, folder.resolve("whole"), new HashMap<>());
    Owl.apply(whole, CALIBRATION, plan).prune(new ByNorm());
    assertSameWeights(whole, next);
    assertTrue(next.saves.size() < BLOCKS);
  }

  @Test
  void twoRunsInOneFolderAreRefused() {
    Progress intruder = (doing, done, of) -> refused(a -> a, "in use by another run");
    prune(life(), a -> a.withProgress(intruder), new ByNorm());
  }

  @Test
  void aDamagedJournalSaysWhatToDo() throws IOException {
    cutOff();
    for (String file : List.of("plan.json", "run.json")) {
      Path path = folder.resolve("run").resolve(file);
      Files.writeString(path, Files.readString(path).substring(0, 40));
      refused(a -> a, file, "remove " + folder);
    }
  }
}
