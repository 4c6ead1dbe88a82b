package io.github.owlprune.models.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.TinyCheckpoint;
import io.github.owlprune.models.safetensors.InvalidFileException;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String NORM = "model.norm.weight";

  @TempDir private Path temp;

  private static String rejection(Path folder) {
    return assertThrows(InvalidFileException.class, () -> Checkpoint.open(folder).close())
        .getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "[]", "7", "null", "{} {}", "{}x", "{\"a\":1,\"a\":2}"})
  void aConfigurationMustBeASingleObject(String text) throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    Files.writeString(folder.resolve("config.json"), text);
    String message = rejection(folder);
    assertTrue(message.contains("config.json"), message);
    assertTrue(message.contains("JSON"), message);
  }

  @Test
  void aHugeConfigurationIsRejectedUnread() throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("config.json").toFile(), "rw")) {
      file.setLength(20_000_000);
    }
    assertTrue(rejection(folder).contains("config.json"));
  }

  @Test
  void aFileInsteadOfAFolderIsNamed() throws IOException {
    Path file = Files.writeString(temp.resolve("model"), "x");
    assertTrue(rejection(file).contains("model is not a folder"));
  }

  @Test
  void shapesAndTypesOfTensorsAreChecked() throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    try (Checkpoint source = Checkpoint.open(folder)) {
      source.require(NORM, 48);
      String shape =
          assertThrows(CheckpointException.class, () -> source.require(NORM, 48, 1)).getMessage();
      assertTrue(
          shape.contains(NORM) && shape.contains("[48]") && shape.contains("[48, 1]"), shape);
      String missing =
          assertThrows(CheckpointException.class, () -> source.require("none", 48)).getMessage();
      assertTrue(missing.contains("none"), missing);
    }
    String header = "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
    Files.write(
        folder.resolve("model.safetensors"), TinyCheckpoint.safetensors(header, new byte[8]));
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      String type =
          assertThrows(CheckpointException.class, () -> source.require("a", 1)).getMessage();
      assertTrue(type.contains("F64"), type);
      assertThrows(InvalidFileException.class, () -> copy.read("a", 0, new float[1], 0, 1));
      assertThrows(IllegalArgumentException.class, () -> copy.write("a", 0, new float[1], 0, 1));
    }
  }

  @Test
  void aLongShapeIsRejectedWithAShortMessage() throws IOException {
    Path folder = TinyCheckpoint.llama(temp);
    String shape = "[" + "1,".repeat(10_000) + "1]";
    String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":[0,1]}}";
    Files.write(
        folder.resolve("model.safetensors"), TinyCheckpoint.safetensors(header, new byte[1]));
    try (Checkpoint source = Checkpoint.open(folder)) {
      String message =
          assertThrows(CheckpointException.class, () -> source.require("a", 1)).getMessage();
      assertTrue(message.length() < 1000, () -> "a message of " + message.length());
    }
  }

  @Test
  void severalThreadsMayRead() throws IOException {
    Path file = TinyCheckpoint.llama(temp).resolve("model.safetensors");
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      TensorEntry entry =
          Objects.requireNonNull(weights.header().entries().get("model.embed_tokens.weight"));
      float[] alone = new float[(int) entry.elements()];
      weights.read(entry, 0, alone, 0, alone.length);
      long wrong =
          IntStream.range(0, 20_000)
              .parallel()
              .filter(i -> read(weights, entry, i % alone.length) != alone[i % alone.length])
              .count();
      assertEquals(0, wrong);
    }
  }

  private static float read(SafetensorsFile file, TensorEntry entry, int element) {
    try {
      float[] value = new float[1];
      file.read(entry, element, value, 0, 1);
      return value[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
