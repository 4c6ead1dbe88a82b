package io.github.owlprune.models.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.TinyCheckpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers made to cause harm. */
class HostileHeaderTest {
  private static final String TENSOR = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
  private static final String VALID = "{\"a\":" + TENSOR + "}";

  @TempDir private Path folder;

  private SafetensorsFile open(byte[] content) throws IOException {
    return SafetensorsFile.open(Files.write(folder.resolve("x.safetensors"), content));
  }

  private String rejection(String header) {
    return rejection(TinyCheckpoint.safetensors(header, new byte[8]));
  }

  private String rejection(byte[] content) {
    String message =
        assertThrows(InvalidFileException.class, () -> open(content).close()).getMessage();
    assertTrue(message.contains("x.safetensors"), message);
    // At most a few lines in a terminal, whatever the file contains.
    assertTrue(message.length() < 1000, () -> "a message of " + message.length());
    return message;
  }

  private static void assertContains(String message, String part) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void aLengthBeyondTheFormatsLimitIsRejected() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.write(file, TinyCheckpoint.safetensors(VALID, new byte[8]));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200_000_000);
      sparse.write(new byte[] {1, (byte) 0xe1, (byte) 0xf5, 5, 0, 0, 0, 0}); // 100,000,001
    }
    String message =
        assertThrows(InvalidFileException.class, () -> SafetensorsFile.open(file).close())
            .getMessage();
    assertContains(message, "100000001");
    assertContains(message, "100000000");
  }

  @Test
  void onlySpacesMayFollowTheObject() throws IOException {
    rejection(VALID + "}");
    rejection(VALID + "7");
    rejection(VALID + VALID);
    open(TinyCheckpoint.safetensors(VALID + "      ", new byte[8])).close();
  }

  @Test
  void malformedUtf8IsRejected() {
    byte[] content = TinyCheckpoint.safetensors(VALID, new byte[8]);
    content[10] = (byte) 0xff; // the tensor's name
    rejection(content);
  }

  @Test
  void namesMayBeAnyText() throws IOException {
    String name = "naïve.重み.😀";
    try (SafetensorsFile file =
        open(TinyCheckpoint.safetensors("{\"" + name + "\":" + TENSOR + "}", new byte[8]))) {
      assertEquals(List.of(name), List.copyOf(file.header().entries().keySet()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "F4", "F8_E8M0", "F6_E2M3", "C64", "BF24_FUTURE"})
  void tensorsOfUnknownTypesAreDescribedButNotRead(String type) throws IOException {
    try (SafetensorsFile file =
        open(TinyCheckpoint.safetensors(VALID.replace("F32", type), new byte[8]))) {
      TensorEntry entry = Objects.requireNonNull(file.header().entries().get("a"));
      assertEquals(DType.OTHER, entry.dtype());
      assertEquals(8, entry.bytes());
      String message =
          assertThrows(InvalidFileException.class, () -> file.read(entry, 0, new float[2], 0, 2))
              .getMessage();
      assertContains(message, "tensor a is of type " + type);
    }
  }

  @Test
  void typesAreNames() {
    assertContains(rejection(VALID.replace("\"F32\"", "null")), "invalid dtype null");
    assertContains(rejection(VALID.replace("\"F32\"", "\"\"")), "dtype");
    assertContains(rejection(VALID.replace("\"F32\"", "\"F 32\"")), "dtype");
  }

  @Test
  void elementsOfUnknownTypesTakeAtLeastABit() throws IOException {
    open(TinyCheckpoint.safetensors(VALID.replace("F32", "F1").replace("[2]", "[64]"), new byte[8]))
        .close();
    assertContains(rejection(VALID.replace("F32", "F1").replace("[2]", "[72]")), "at least 9");
    String most = "[9223372036854775807]";
    assertContains(rejection(VALID.replace("F32", "F1").replace("[2]", most)), "at least");
    assertContains(rejection(VALID.replace("F32", "F1").replace("[0,8]", "[8,0]")), "span -8");
  }

  @Test
  void metadataMustBeText() throws IOException {
    assertContains(rejection("{\"__metadata__\":[],\"a\":" + TENSOR + "}"), "__metadata__");
    assertContains(rejection("{\"__metadata__\":{\"format\":7},\"a\":" + TENSOR + "}"), "format");
    open(TinyCheckpoint.safetensors("{\"__metadata__\":{},\"a\":" + TENSOR + "}", new byte[8]))
        .close();
  }

  @Test
  void nestedDuplicatesAreRejected() {
    rejection(VALID.replace("\"shape\":[2]", "\"shape\":[2],\"shape\":[2]"));
    rejection(VALID.replace("{\"a\"", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"},\"a\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[0,9223372036854775800]",
        "[9223372036854775800,9223372036854775807]",
        "[9223372036854775800,9223372036854775808]",
        "[-8,0]",
        "[0,-8]",
        "[0,8.0]",
        "[\"0\",\"8\"]",
        "[0]",
        "{}",
        "null"
      })
  void impossibleOffsetsAreRejected(String offsets) {
    assertContains(rejection(VALID.replace("[0,8]", offsets)), "tensor a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[4611686018427387906]", // times 4 bytes overflows to 8
        "[9223372036854775807,2]",
        "[4294967296,4294967296,0]",
        "[\"2\"]",
        "[null]",
        "[[2]]",
        "2",
        "{\"0\":2}",
        "null"
      })
  void impossibleShapesAreRejected(String shape) {
    assertContains(rejection(VALID.replace("[2]", shape)), "tensor a");
  }

  @Test
  void sizesWithAnOverflowingSumAreRejected() {
    // Two consecutive tensors of about 2^62 bytes each.
    String huge = "{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}";
    long half = 1L << 62;
    rejection(
        "{\"a\":"
            + huge.formatted(half, 0, half)
            + ",\"b\":"
            + huge.formatted(half - 1, half, Long.MAX_VALUE)
            + "}");
  }

  @Test
  void emptyTensorsTakeNoSpace() throws IOException {
    String none = "{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[%d,%d]}";
    String header =
        "{\"z\":"
            + none.formatted(8, 8)
            + ",\"a\":"
            + TENSOR
            + ",\"b\":"
            + none.formatted(0, 0)
            + "}";
    try (SafetensorsFile file = open(TinyCheckpoint.safetensors(header, new byte[8]))) {
      assertEquals(List.of("b", "a", "z"), List.copyOf(file.header().entries().keySet()));
    }
    rejection("{\"a\":" + TENSOR + ",\"b\":" + none.formatted(4, 4) + "}");
  }

  @Test
  void aFileWithoutTensorsIsValid() throws IOException {
    try (SafetensorsFile file = open(TinyCheckpoint.safetensors("{}", new byte[0]))) {
      assertTrue(file.header().entries().isEmpty());
    }
  }

  @Test
  void deepNestingIsRejected() {
    rejection("[".repeat(100_000));
    rejection("{\"a\":".repeat(100_000));
    rejection(VALID.replace("[2]", "[".repeat(100_000) + "]".repeat(100_000)));
  }

  @Test
  void longTextsAreRejectedWithAShortMessage() {
    String text = "x".repeat(1_000_000);
    rejection("{\"" + text + "\":" + TENSOR + "}");
    rejection("{\"" + text.substring(0, 40_000) + "\":7}");
    rejection(VALID.replace("F32", text));
    rejection(VALID.replace("[2]", "[" + "9".repeat(1_000_000) + "]"));
    rejection(VALID.replace("[2]", "[\"" + text + "\"]"));
    rejection(VALID.replace("[2]", "[" + "1,".repeat(100_000) + "3]"));
  }

  @Test
  void manyValuesAreRejectedBeforeTheyExhaustMemory() {
    // 60 MB of text that would become gigabytes of objects.
    String header = "{\"a\":[" + "{},".repeat(20_000_000) + "{}]}";
    byte[] content = TinyCheckpoint.safetensors(header, new byte[0]);
    rejection(content);
  }

  @Test
  void entriesAreUnmodifiable() throws IOException {
    try (SafetensorsFile file = open(TinyCheckpoint.safetensors(VALID, new byte[8]))) {
      assertThrows(UnsupportedOperationException.class, () -> file.header().entries().remove("a"));
      String raw = StandardCharsets.UTF_8.decode(file.header().raw().duplicate()).toString();
      assertFalse(raw.isEmpty());
      assertTrue(raw.endsWith(VALID));
    }
  }
}
