package io.github.owlprune.models.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.owlprune.models.TinyCheckpoint;
import io.github.owlprune.models.safetensors.InvalidFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingCopyTest {
  private static final String Q = "model.layers.1.self_attn.q_proj.weight";
  private static final String K = "model.layers.1.self_attn.k_proj.weight";

  private static float[] read(WorkingCopy copy, String tensor) throws IOException {
    float[] values = new float[48];
    copy.read(tensor, 48, values, 0, 48);
    return values;
  }

  @Test
  void changedTensorsAreReadBackAndSavedWithAllOtherFiles(@TempDir Path temp) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    Files.writeString(folder.resolve("LICENSE"), "free");
    Files.writeString(folder.resolve("pytorch_model.bin"), "never copied");
    Path working = temp.resolve("out.partial");
    Path out = temp.resolve("out");
    byte[] original = Files.readAllBytes(folder.resolve("model.safetensors"));
    float[] ones = new float[48 * 48];
    Arrays.fill(ones, 1);
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, working)) {
      float[] k = read(copy, K);
      copy.write(Q, 0, ones, 0, ones.length);
      assertFalse(read(copy, Q)[0] == 1, "not read back before it is marked");
      copy.markWritten(List.of(Q));
      assertEquals(1, read(copy, Q)[0]);
      assertArrayEquals(k, read(copy, K));
      assertFalse(Files.exists(out));
      copy.save(out, Map.of("owl-plan.json", "{}"));
      assertFalse(Files.exists(working), "moved, not copied");
      assertEquals(1, read(copy, Q)[0], "still readable after the move");
      assertArrayEquals(k, read(copy, K));
      Path second = temp.resolve("second");
      copy.save(second, Map.of());
      assertArrayEquals(
          Files.readAllBytes(out.resolve("model.safetensors")),
          Files.readAllBytes(second.resolve("model.safetensors")));
    }
    assertEquals(
        List.of(
            "LICENSE",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "owl-plan.json"),
        TinyCheckpoint.names(out).toList());
    byte[] saved = Files.readAllBytes(out.resolve("model.safetensors"));
    assertEquals(original.length, saved.length);
    try (Checkpoint source = Checkpoint.open(folder)) {
      long begin = source.entry(Q).offset();
      long end = begin + source.entry(Q).bytes();
      for (int i = 0; i < saved.length; i++) {
        if (i < begin || i >= end) {
          assertEquals(original[i], saved[i], "byte " + i);
        }
      }
    }
    assertArrayEquals(original, Files.readAllBytes(folder.resolve("model.safetensors")));
    assertEquals(List.of("llama", "out", "second"), TinyCheckpoint.names(temp).toList());
  }

  @Test
  void anUnchangedModelIsCopied(@TempDir Path temp) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      copy.save(temp.resolve("out"), Map.of());
    }
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("model.safetensors")),
        Files.readAllBytes(temp.resolve("out").resolve("model.safetensors")));
  }

  @Test
  void existingFilesAndFoldersAreNotOverwritten(@TempDir Path temp) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    Path taken = Files.createDirectory(temp.resolve("taken"));
    Path file = Files.writeString(temp.resolve("file"), "x");
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      assertThrows(CheckpointException.class, () -> copy.save(taken, Map.of()));
      assertThrows(CheckpointException.class, () -> copy.save(file, Map.of()));
      assertThrows(
          CheckpointException.class,
          () -> copy.save(temp.resolve("none").resolve("out"), Map.of()));
      // The parent is a file, so not even root can write there.
      assertThrows(CheckpointException.class, () -> copy.save(file.resolve("out"), Map.of()));
    }
    assertEquals("x", Files.readString(file));
    Files.writeString(taken.resolve("left"), "over");
    try (Checkpoint source = Checkpoint.open(folder)) {
      String message =
          assertThrows(CheckpointException.class, () -> new WorkingCopy(source, taken))
              .getMessage();
      assertTrue(message.contains("remove it"), message);
      assertThrows(CheckpointException.class, () -> new WorkingCopy(source, file));
    }
  }

  @Test
  void aReadOnlyFolderIsRejected(@TempDir Path temp) throws IOException {
    // The JDK's modules are a file system that not even root can write to.
    Path readOnly =
        FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base/out");
    try (Checkpoint source = Checkpoint.open(TinyCheckpoint.llama(temp));
        WorkingCopy copy = new WorkingCopy(source, null)) {
      String message =
          assertThrows(CheckpointException.class, () -> copy.save(readOnly, Map.of())).getMessage();
      assertTrue(message.contains("read-only"), message);
    }
  }

  @Test
  void aFullDiskLeavesNothing(@TempDir Path temp) throws IOException {
    // The model needs 278 kB.
    Configuration small =
        Configuration.unix().toBuilder()
            .setWorkingDirectory("/disk")
            .setMaxSize(150_000)
            .setBlockSize(1000)
            .build();
    try (FileSystem disk = Jimfs.newFileSystem(small);
        Checkpoint source = Checkpoint.open(TinyCheckpoint.llama(temp))) {
      Path out = disk.getPath("/disk/out");
      try (WorkingCopy elsewhere = new WorkingCopy(source, null)) {
        assertThrows(IOException.class, () -> elsewhere.save(out, Map.of()));
      }
      assertEquals(List.of(), TinyCheckpoint.names(disk.getPath("/disk")).toList());
      try (WorkingCopy beside = new WorkingCopy(source, disk.getPath("/disk/out.partial"))) {
        assertThrows(IOException.class, () -> beside.save(out, Map.of()));
        assertFalse(Files.exists(out));
      }
      assertEquals(List.of(), TinyCheckpoint.names(disk.getPath("/disk")).toList());
    }
  }

  @Test
  void unsavedChangesAreDeleted(@TempDir Path temp) throws IOException {
    Path working = temp.resolve("working");
    try (Checkpoint source = Checkpoint.open(TinyCheckpoint.llama(temp));
        WorkingCopy copy = new WorkingCopy(source, working)) {
      copy.write(Q, 0, new float[48], 0, 48);
      assertTrue(Files.exists(working));
    }
    assertFalse(Files.exists(working));
  }

  @Test
  void anInterruptedRunIsContinued(@TempDir Path temp) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    Path working = temp.resolve("working");
    float[] ones = new float[48 * 48];
    Arrays.fill(ones, 1);
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, working)) {
      Files.createDirectories(copy.journal().orElseThrow());
      copy.resume(List.of());
      copy.write(Q, 0, ones, 0, ones.length);
      copy.markWritten(List.of(Q));
      copy.write(K, 0, ones, 0, 48); // the run is interrupted here
    }
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, working)) {
      String message =
          assertThrows(CheckpointException.class, () -> copy.save(temp.resolve("out"), Map.of()))
              .getMessage();
      assertTrue(message.contains("start that run again"), message);
    }
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, working)) {
      float[] k = read(copy, K);
      copy.resume(List.of(Q));
      assertEquals(1, read(copy, Q)[0]);
      assertArrayEquals(k, read(copy, K), "an incomplete tensor is read from the original");
      copy.save(temp.resolve("out"), Map.of());
    }
    assertFalse(Files.exists(working));
    try (Checkpoint saved = Checkpoint.open(temp.resolve("out"));
        Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(saved, null);
        WorkingCopy original = new WorkingCopy(source, null)) {
      assertEquals(1, read(copy, Q)[0]);
      assertArrayEquals(read(original, K), read(copy, K));
    }
  }

  @Test
  void missingBlocksOfAnInterruptedRunAreReported(@TempDir Path temp) throws IOException {
    Path working = temp.resolve("working");
    Files.createDirectories(working.resolve("run"));
    try (Checkpoint source = Checkpoint.open(TinyCheckpoint.llama(temp));
        WorkingCopy copy = new WorkingCopy(source, working)) {
      String message =
          assertThrows(CheckpointException.class, () -> copy.resume(List.of(Q))).getMessage();
      assertTrue(message.contains("remove it to start over"), message);
    }
  }

  @Test
  void incompleteFoldersAreReported(@TempDir Path temp) throws IOException {
    assertRejected(temp.resolve("none"), "no folder");
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertRejected(empty, "config.json");
    Files.writeString(empty.resolve("config.json"), "{}");
    assertRejected(empty, "model.safetensors");
    Files.writeString(empty.resolve("pytorch_model.bin"), "");
    assertRejected(empty, "pickle");
    Files.writeString(empty.resolve("model.safetensors.index.json"), "{}");
    assertRejected(empty, "index");
    Path damaged = TinyCheckpoint.llama(temp);
    Files.writeString(damaged.resolve("config.json"), "{");
    assertRejected(damaged, "not valid JSON");
  }

  private static void assertRejected(Path folder, String part) {
    String message =
        assertThrows(InvalidFileException.class, () -> Checkpoint.open(folder)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
