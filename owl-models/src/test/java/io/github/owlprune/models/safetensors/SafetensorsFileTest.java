package io.github.owlprune.models.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.TinyCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
  private static final String B = "\"b\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[8,12]}";
  private static final String VALID = "{\"__metadata__\":{\"format\":\"pt\"}," + A + "," + B + "}";

  private static SafetensorsFile open(Path folder, byte[] content) throws IOException {
    return SafetensorsFile.open(Files.write(folder.resolve("x.safetensors"), content));
  }

  @Test
  void aValidFileIsRead(@TempDir Path folder) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2f);
    try (SafetensorsFile file = open(folder, TinyCheckpoint.safetensors(VALID, data.array()))) {
      assertEquals(List.of("a", "b"), List.copyOf(file.header().entries().keySet()));
      float[] values = new float[3];
      file.read(entry(file, "a"), 0, values, 1, 2);
      assertArrayEquals(new float[] {0, 1.5f, -2}, values);
      assertThrows(InvalidFileException.class, () -> file.read(entry(file, "b"), 0, values, 0, 1));
      assertThrows(
          IllegalArgumentException.class, () -> file.read(entry(file, "a"), 1, values, 0, 2));
    }
  }

  private static TensorEntry entry(SafetensorsFile file, String name) {
    return Objects.requireNonNull(file.header().entries().get(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F 99\",\"shape\":[2],\"data_offsets\":[0,8]}} | invalid dtype",
        "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | no dtype",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | no shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}} | shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | takes 12 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | span -8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}} |"
            + " impossible",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} |"
            + " shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}} | gap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}"
            + " | overlaps",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[400],\"data_offsets\":[0,1600]}} | the file has",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + " | Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | tensors end at",
        "{\"a\":7} | dtype",
        "[] | not a JSON object",
        "{\"a\": | not valid JSON"
      })
  void malformedHeadersAreReported(String header, String part, @TempDir Path folder) {
    String message =
        assertThrows(
                InvalidFileException.class,
                () -> open(folder, TinyCheckpoint.safetensors(header, new byte[8])))
            .getMessage();
    assertTrue(message.contains(part) && message.contains("x.safetensors"), message);
  }

  @Test
  void lengthsBeyondTheFileAreRejectedBeforeAllocation(@TempDir Path folder) {
    for (long claimed : new long[] {0, 1, 1000, Long.MAX_VALUE, -1, Integer.MAX_VALUE}) {
      byte[] content = TinyCheckpoint.safetensors(VALID, new byte[12]);
      ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(0, claimed);
      assertThrows(InvalidFileException.class, () -> open(folder, content), () -> "" + claimed);
    }
    assertThrows(InvalidFileException.class, () -> open(folder, new byte[5]));
    assertThrows(InvalidFileException.class, () -> open(folder, new byte[0]));
  }

  @Test
  void everyTruncationIsRejected(@TempDir Path folder) {
    byte[] whole = TinyCheckpoint.safetensors(VALID, new byte[12]);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(InvalidFileException.class, () -> open(folder, cut), () -> "" + cut.length);
    }
  }

  @Test
  void truncationOfAnOpenFileIsReported(@TempDir Path folder) throws IOException {
    byte[] whole = TinyCheckpoint.safetensors(VALID, new byte[12]);
    try (SafetensorsFile file = open(folder, whole)) {
      Files.write(folder.resolve("x.safetensors"), Arrays.copyOf(whole, whole.length - 8));
      assertThrows(
          InvalidFileException.class, () -> file.read(entry(file, "a"), 0, new float[2], 0, 2));
    }
  }

  @Property(tries = 2000)
  void damagedHeadersAreRejectedOrStayWithinTheFile(
      @ForAll @IntRange(max = 1000) int at,
      @ForAll byte value,
      @ForAll @IntRange(max = 1000) int secondAt,
      @ForAll byte secondValue)
      throws IOException {
    byte[] content = TinyCheckpoint.safetensors(VALID, new byte[12]);
    content[at % content.length] = value;
    content[secondAt % content.length] = secondValue;
    Path folder = Files.createTempDirectory("damaged");
    try (SafetensorsFile file = open(folder, content)) {
      for (TensorEntry entry : file.header().entries().values()) {
        assertTrue(entry.offset() >= 8);
        assertTrue(entry.offset() + entry.bytes() <= content.length);
      }
    } catch (InvalidFileException expected) {
      assertTrue(expected.getMessage().contains("x.safetensors"));
    } finally {
      Files.deleteIfExists(folder.resolve("x.safetensors"));
      Files.delete(folder);
    }
  }
}
