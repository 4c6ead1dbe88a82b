package io.github.owlprune.pipeline;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.owlprune.Allocation;
import io.github.owlprune.ByNorm;
import io.github.owlprune.Owl;
import io.github.owlprune.ResumableToy;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that are interrupted and started again. */
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

  /** Ends a run as killing the process would: only what is on the disk is left. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static Progress killedAt(int update) {
    int[] left = {update};
    return (activity, done, total) -> {
      if (left[0]-- == 0) {
        throw new Killed();
      }
    };
  }

  private ResumableToy newProcess() {
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

  private static Report prune(
      ResumableToy model, Function<Allocation, Allocation> settings, Compressor compressor) {
    return settings.apply(Owl.allocate(model, CALIBRATION).withSparsity(0.5)).prune(compressor);
  }

  @Property(tries = 60)
  void aResumedRunEndsLikeAnUninterruptedOne(
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
      ResumableToy killed = newProcess();
      int before = (int) IntStream.range(0, BLOCKS).filter(b -> isDone(b)).count();
      try {
        prune(killed, a -> stage.apply(a).withProgress(killedAt(kill)), new ByNorm());
      } catch (Killed e) {
        // Expected, unless there are fewer updates than that.
      }
      saves += killed.saves.size();
      assertTrue(killed.saves.size() <= BLOCKS - before, "a finished block was pruned again");
    }
    ResumableToy last = newProcess();
    Report report = prune(last, stage, new ByNorm());
    assertSameWeights(whole, last);
    assertEquals(undisturbed.plan(), report.plan());
    for (int b = 0; b < BLOCKS; b++) {
      assertEquals(undisturbed.blocks().get(b).linears(), report.blocks().get(b).linears());
    }
    // A kill loses at most the block that was being pruned.
    assertTrue(saves + last.saves.size() <= BLOCKS + kills.size());
  }

  private boolean isDone(int block) {
    return Files.exists(folder.resolve("run").resolve("block-" + block + ".json"));
  }

  @Test
  void blocksAreNotCompressedTwiceByAStrategyWithoutStatistics() {
    assertThrows(
        Killed.class,
        () ->
            Owl.allocate(newProcess())
                .withAllocator(Allocator.uniform())
                .withProgress(
                    killedAt(1)) // the journal records a block before progress is reported
                .prune(magnitude()));
    ResumableToy next = newProcess();
    Report report = Owl.allocate(next).withAllocator(Allocator.uniform()).prune(magnitude());
    assertEquals(BLOCKS, report.blocks().size());
    assertEquals(List.of("block.2", "block.3"), next.saves);
  }

  private void interrupt() {
    assertThrows(
        Killed.class, () -> prune(newProcess(), a -> a.withProgress(killedAt(16)), new ByNorm()));
  }

  private static void assertMentions(RuntimeException e, String... parts) {
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
  }

  private void refused(Function<Allocation, Allocation> settings, String... parts) {
    assertMentions(
        assertThrows(
            IllegalStateException.class, () -> prune(newProcess(), settings, new ByNorm())),
        parts);
  }

  @Test
  void aChangedSettingIsNamed() {
    interrupt();
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
    assertMentions(
        assertThrows(IllegalStateException.class, () -> prune(newProcess(), a -> a, magnitude())),
        "pruner",
        "magnitude");
    Calibration other = Calibration.ids(List.of(new int[] {1, 2, 3, 4, 6}));
    assertMentions(
        assertThrows(
            IllegalStateException.class,
            () -> Owl.allocate(newProcess(), other).withSparsity(0.5).prune(new ByNorm())),
        "calibration = 10 tokens",
        "5 tokens");
    ResumableToy changed = newProcess();
    changed.origin = "another";
    assertMentions(
        assertThrows(IllegalStateException.class, () -> prune(changed, a -> a, new ByNorm())),
        "weights = toy",
        "another");
    prune(newProcess(), a -> a.withThreads(1), new ByNorm()); // does not change the result
  }

  @Test
  void aFailureBeforeAnythingIsFinishedLeavesNothing() {
    assertThrows(
        Killed.class, () -> prune(newProcess(), a -> a.withProgress(killedAt(0)), new ByNorm()));
    assertFalse(Files.exists(folder.resolve("run")), "left in the way of another method");
    prune(newProcess(), a -> a.withSparsity(0.6), magnitude());
  }

  @Test
  void aKillBeforeAnythingIsFinishedYieldsToOtherSettings() throws IOException {
    interrupt();
    Path run = folder.resolve("run");
    try (Stream<Path> entries = Files.list(run)) {
      for (Path entry : entries.filter(e -> !e.endsWith("run.json")).toList()) {
        Files.delete(entry);
      }
    }
    prune(newProcess(), a -> a.withSparsity(0.6), magnitude());
  }

  @Test
  void aJournalIsDiscardedUnlessItIsInUse() {
    interrupt();
    Path run = folder.resolve("run");
    assertMentions(
        assertThrows(
            IllegalStateException.class,
            () ->
                prune(
                    newProcess(),
                    a -> a.withProgress((d, n, t) -> Journal.discard(run)),
                    new ByNorm())),
        "in use");
    assertTrue(Files.exists(run));
    Journal.discard(run);
    assertFalse(Files.exists(run));
    Journal.discard(run); // there is none
  }

  @Test
  void aPlanIsASettingToo() {
    Plan plan = Owl.allocate(newProcess(), CALIBRATION).withSparsity(0.5).plan();
    Plan other = Owl.allocate(newProcess(), CALIBRATION).withSparsity(0.6).plan();
    assertThrows(
        Killed.class,
        () ->
            Owl.follow(newProcess(), CALIBRATION, plan)
                .withProgress(killedAt(16))
                .prune(new ByNorm()));
    assertMentions(
        assertThrows(
            IllegalStateException.class,
            () -> Owl.follow(newProcess(), CALIBRATION, other).prune(new ByNorm())),
        "another plan");
    ResumableToy next = newProcess();
    Owl.follow(next, CALIBRATION, plan).prune(new ByNorm());
    ResumableToy whole = new ResumableToy(BLOCKS, folder.resolve("whole"), new HashMap<>());
    Owl.follow(whole, CALIBRATION, plan).prune(new ByNorm());
    assertSameWeights(whole, next);
    assertTrue(next.saves.size() < BLOCKS);
  }

  @Test
  void twoRunsInOneFolderAreRefused() {
    Progress intruder = (activity, done, total) -> refused(a -> a, "in use by another run");
    prune(newProcess(), a -> a.withProgress(intruder), new ByNorm());
  }

  @Test
  void aDamagedJournalIsRefusedWithARemedy() throws IOException {
    interrupt();
    for (String file : List.of("plan.json", "run.json")) {
      Path path = folder.resolve("run").resolve(file);
      Files.writeString(path, Files.readString(path).substring(0, 40));
      refused(a -> a, file, "delete " + folder);
    }
  }
}
