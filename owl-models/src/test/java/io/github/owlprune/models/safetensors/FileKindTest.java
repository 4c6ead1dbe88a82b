package io.github.owlprune.models.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.FolderTokenizer;
import io.github.owlprune.models.ShardedCheckpoint;
import io.github.owlprune.models.TinyCheckpoint;
import io.github.owlprune.models.checkpoint.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Puts other content under the names of a model's files. */
class FileKindTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:"
          + "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 4368438\n";
  private static final String PAGE =
      "\n<!DOCTYPE html>\n<html><head><title>401 Unauthorized</title></head></html>";

  @TempDir private Path temp;

  private static byte[] gzip(int level) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(new byte[1_000_000 + level]);
    }
    // longer than the length that its first bytes would be
    return Arrays.copyOf(bytes.toByteArray(), 1_000_000);
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  static Stream<Arguments> contents() throws IOException {
    return Stream.of(
        Arguments.of(POINTER.getBytes(StandardCharsets.UTF_8), "git lfs pull"),
        Arguments.of(PAGE.getBytes(StandardCharsets.UTF_8), "is a web page"),
        Arguments.of(bytes("<html>"), "is a web page"),
        Arguments.of(bytes("<?xml version='1.0'?><Error><Code>AccessDenied</Code>"), "web page"),
        Arguments.of(gzip(1), "decompress it"),
        Arguments.of(bytes("(\u00b5/\u00fd" + "x".repeat(20)), "decompress it"),
        Arguments.of(bytes("PK\u0003\u0004" + "x".repeat(20)), "save_pretrained"),
        Arguments.of(bytes("\u0080\u0002}q\u0000(X" + "x".repeat(20)), "pickle"),
        Arguments.of(bytes("\u0080\u0004\u0095" + "x".repeat(20)), "pickle"),
        Arguments.of(bytes("GGUF\u0003\u0000\u0000\u0000" + "x".repeat(20)), "GGUF"),
        Arguments.of(bytes("\u0089HDF\r\n\u001a\n" + "x".repeat(20)), "HDF5"),
        Arguments.of(new byte[0], "is empty; download it again"));
  }

  private void assertRejected(Path file, String part) {
    String message =
        assertThrows(InvalidFileException.class, () -> Checkpoint.open(file.getParent()).close())
            .getMessage();
    assertTrue(message.startsWith(file + " is "), message);
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @MethodSource("contents")
  void everyFileIsDiagnosed(byte[] content, String part) throws IOException {
    Path whole = TinyCheckpoint.llama(temp);
    Path sharded = ShardedCheckpoint.of(whole, temp.resolve("sharded"), 2);
    assertRejected(Files.write(sharded.resolve("model-00002-of-00002.safetensors"), content), part);
    assertRejected(Files.write(sharded.resolve("model.safetensors.index.json"), content), part);
    assertRejected(Files.write(whole.resolve("model.safetensors"), content), part);
    assertRejected(Files.write(whole.resolve("config.json"), content), part);
    Path tokenizer = Files.write(whole.resolve("tokenizer.json"), content);
    String message =
        assertThrows(InvalidFileException.class, () -> FolderTokenizer.open(whole)).getMessage();
    assertTrue(message.startsWith(tokenizer + " is ") && message.contains(part), message);
  }

  /** The length of a header may begin with the bytes of another format. */
  @Test
  void aValidFileIsNeverTakenForAnotherFormat() throws IOException {
    Path file = temp.resolve("x.safetensors");
    for (int length : new int[] {0x8b1f, 0x0280, 0x0380, 0x0480, 0x3c3c, 0x4b50}) {
      String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
      String padded = header + " ".repeat(length - header.length());
      Files.write(file, TinyCheckpoint.safetensors(padded, new byte[8]));
      try (SafetensorsFile opened = SafetensorsFile.open(file)) {
        assertEquals(1, opened.header().entries().size());
      }
    }
  }

  @Test
  void aDamagedFileIsToBeDownloadedAgain() throws IOException {
    Path whole = TinyCheckpoint.llama(temp);
    Path file = whole.resolve("model.safetensors");
    byte[] valid = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(valid, valid.length - 100));
    String message =
        assertThrows(InvalidFileException.class, () -> Checkpoint.open(whole).close()).getMessage();
    assertTrue(message.contains("download it again"), message);
  }
}
