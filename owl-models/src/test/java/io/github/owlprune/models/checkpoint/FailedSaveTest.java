package io.github.owlprune.models.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.owlprune.models.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what a failed save leaves behind, and what can still be done after it. */
class FailedSaveTest {
  private static final String Q = "model.layers.1.self_attn.q_proj.weight";
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path temp;
  private Path model;

  @BeforeEach
  void makeModel() throws IOException {
    model = TinyCheckpoint.llama(temp);
    Files.writeString(model.resolve("LICENSE"), "x".repeat(50_000));
  }

  private static FileSystem disk(int bytes) {
    return Jimfs.newFileSystem(
        Configuration.unix().toBuilder()
            .setWorkingDirectory("/disk")
            .setMaxSize(bytes)
            .setBlockSize(1000)
            .build());
  }

  private static void change(WorkingCopy copy) throws IOException {
    float[] ones = new float[48 * 48];
    Arrays.fill(ones, 1);
    copy.write(Q, 0, ones, 0, ones.length);
    copy.markWritten(List.of(Q));
  }

  private static float first(WorkingCopy copy) throws IOException {
    float[] value = new float[1];
    copy.read(Q, 0, value, 0, 1);
    return value[0];
  }

  private static List<String> names(Path folder) throws IOException {
    return TinyCheckpoint.names(folder).toList();
  }

  @Test
  void aFailedSaveKeepsChangesAndCanBeRepeatedElsewhere() throws IOException {
    Path out = temp.resolve("out");
    try (FileSystem small = disk(150_000);
        Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, temp.resolve("working"))) {
      change(copy);
      Path full = small.getPath("/disk/out");
      assertThrows(IOException.class, () -> copy.save(full, Map.of("owl-plan.json", "first")));
      assertEquals(List.of(), names(full.getParent()));
      assertEquals(1, first(copy));
      copy.save(out, Map.of("owl-plan.json", "second"));
      assertEquals(1, first(copy));
    }
    assertEquals("second", Files.readString(out.resolve("owl-plan.json")));
    try (Checkpoint source = Checkpoint.open(out);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      assertEquals(1, first(copy));
    }
    assertEquals(List.of("llama", "out"), names(temp));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 30_000, 200_000, 279_000, 290_000, 320_000, 330_000})
  void aFullDiskLeavesNothingAtAnySize(int bytes) throws IOException {
    byte[] original = Files.readAllBytes(model.resolve(WEIGHTS));
    try (FileSystem small = disk(bytes);
        Checkpoint source = Checkpoint.open(model)) {
      Path out = small.getPath("/disk/out");
      try (WorkingCopy copy = new WorkingCopy(source, small.getPath("/disk/out.partial"))) {
        IOException failure =
            assertThrows(
                IOException.class,
                () -> {
                  change(copy);
                  copy.save(out, Map.of("owl-plan.json", "x".repeat(3_000)));
                });
        assertTrue(failure.getMessage().contains("/disk"), failure.getMessage());
        assertFalse(Files.exists(out));
      }
      assertEquals(List.of(), names(small.getPath("/disk")));
    }
    assertArrayEquals(original, Files.readAllBytes(model.resolve(WEIGHTS)));
  }

  @Test
  void savingToAnotherDiskCopiesAtomically() throws IOException {
    try (FileSystem large = disk(10_000_000);
        Checkpoint source = Checkpoint.open(model)) {
      Path out = large.getPath("/disk/out");
      try (WorkingCopy copy = new WorkingCopy(source, temp.resolve("working"))) {
        change(copy);
        Files.createDirectory(large.getPath("/disk/out.partial"));
        String message =
            assertThrows(IOException.class, () -> copy.save(out, Map.of())).getMessage();
        assertTrue(message.contains("remove it"), message);
        assertTrue(Files.exists(large.getPath("/disk/out.partial")), "must not be deleted");
        Files.delete(large.getPath("/disk/out.partial"));
        copy.save(out, Map.of("owl-plan.json", "{}"));
        assertEquals(1, first(copy));
      }
      assertEquals(List.of("out"), names(large.getPath("/disk")));
      assertEquals(
          List.of("LICENSE", "config.json", "generation_config.json", WEIGHTS, "owl-plan.json"),
          names(out));
    }
    assertEquals(List.of("llama"), names(temp));
  }

  @Test
  void eachSaveWritesItsOwnTexts() throws IOException {
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      copy.save(temp.resolve("a"), Map.of("owl-plan.json", "a"));
      copy.save(temp.resolve("b"), Map.of("owl-plan.json", "b"));
    }
    assertEquals("a", Files.readString(temp.resolve("a").resolve("owl-plan.json")));
    assertEquals("b", Files.readString(temp.resolve("b").resolve("owl-plan.json")));
  }

  @Test
  void aDanglingLinkIsNotOverwritten() throws IOException {
    Path out = Files.createSymbolicLink(temp.resolve("out"), temp.resolve("nowhere"));
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      assertThrows(CheckpointException.class, () -> copy.save(out, Map.of()));
    }
    assertTrue(Files.isSymbolicLink(out));
  }

  @Test
  void filesAddedToTheWorkingFolderAreKept() throws IOException {
    Path working = Files.createDirectory(temp.resolve("working"));
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, working)) {
      Files.writeString(working.resolve("thesis.txt"), "mine");
      assertThrows(CheckpointException.class, () -> change(copy));
    }
    assertEquals("mine", Files.readString(working.resolve("thesis.txt")));
  }

  @Test
  void aNewFolderUnderTheWorkingFoldersNameIsKept() throws IOException {
    Path working = temp.resolve("working");
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, working)) {
      change(copy);
      copy.save(temp.resolve("out"), Map.of());
      Files.writeString(Files.createDirectory(working).resolve("thesis.txt"), "mine");
    }
    assertEquals("mine", Files.readString(working.resolve("thesis.txt")));
  }

  @Test
  void aWorkingFolderThatCannotBeCreatedIsRejectedAtOnce() throws IOException {
    try (Checkpoint source = Checkpoint.open(model)) {
      Path nowhere = temp.resolve("none").resolve("working");
      assertThrows(CheckpointException.class, () -> new WorkingCopy(source, nowhere));
      assertFalse(Files.exists(nowhere.getParent()));
    }
  }

  @Test
  void theSavedFolderHasOrdinaryPermissions() throws IOException {
    Path ordinary = Files.createDirectory(temp.resolve("ordinary"));
    Path out = temp.resolve("out");
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      copy.save(out, Map.of());
    }
    if (ordinary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertEquals(Files.getPosixFilePermissions(ordinary), Files.getPosixFilePermissions(out));
    }
    assertTrue(Files.isDirectory(out));
  }

  @Test
  void linksAreCopiedAsFilesAndSubfoldersAreNot() throws IOException {
    // The Hugging Face cache consists of links.
    Path blob = Files.move(model.resolve("config.json"), temp.resolve("blob"));
    Files.createSymbolicLink(model.resolve("config.json"), blob);
    Path weights = Files.move(model.resolve(WEIGHTS), temp.resolve("weights"));
    Files.createSymbolicLink(model.resolve(WEIGHTS), weights);
    Files.createDirectory(model.resolve("onnx"));
    Path out = temp.resolve("out");
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      copy.save(out, Map.of());
    }
    assertEquals(List.of("LICENSE", "config.json", "generation_config.json", WEIGHTS), names(out));
    for (String name : names(out)) {
      assertTrue(Files.isRegularFile(out.resolve(name), LinkOption.NOFOLLOW_LINKS), name);
      assertArrayEquals(
          Files.readAllBytes(model.resolve(name)), Files.readAllBytes(out.resolve(name)), name);
    }
  }

  @Test
  void elementsOutOfRangeAreRejected() throws IOException {
    float[] values = new float[48];
    try (Checkpoint source = Checkpoint.open(model);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      long[] firsts = {-1, 48 * 48 - 47, 48 * 48, Long.MAX_VALUE, Long.MAX_VALUE - 47};
      for (long first : firsts) {
        assertThrows(
            IllegalArgumentException.class, () -> copy.read(Q, first, values, 0, 48), "" + first);
        assertThrows(
            IllegalArgumentException.class, () -> copy.write(Q, first, values, 0, 48), "" + first);
      }
      for (int offset : new int[] {-1, 1, Integer.MAX_VALUE}) {
        assertThrows(
            IllegalArgumentException.class, () -> copy.read(Q, 0, values, offset, 48), "" + offset);
        assertThrows(
            IllegalArgumentException.class,
            () -> copy.write(Q, 0, values, offset, 48),
            "" + offset);
      }
      assertThrows(IllegalArgumentException.class, () -> copy.read(Q, 0, values, 0, -1));
      assertThrows(IllegalArgumentException.class, () -> copy.write(Q, 0, values, 0, -1));
      assertThrows(CheckpointException.class, () -> copy.read("none", 0, values, 0, 1));
      assertThrows(CheckpointException.class, () -> copy.write("none", 0, values, 0, 1));
    }
  }
}
