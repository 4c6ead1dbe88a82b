package io.github.owlprune.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.Documents;
import io.github.owlprune.calibration.TextCalibration;
import io.github.owlprune.calibration.Tokenizer;
import io.github.owlprune.rows.Field;
import io.github.owlprune.rows.Row;
import io.github.owlprune.rows.Rows;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetFormatTest {
  private static final ParquetFormat FORMAT = new ParquetFormat();

  @TempDir private Path folder;

  private static Path file(String name) {
    try {
      return Path.of(ParquetFormatTest.class.getResource("/parquet/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Row> read(Path file, Field field) throws IOException {
    List<Row> all = new ArrayList<>();
    try (Rows rows = FORMAT.open(file, field)) {
      while (rows.next()) {
        all.add(rows.read());
      }
    }
    assertEquals(all.size(), FORMAT.count(file));
    return all;
  }

  /** The texts that make.py writes. */
  private static List<Row> texts() {
    List<Row> texts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      texts.add(
          new Row.Text(i % 7 == 0 ? "same text" : "row " + i + " ü " + "long ".repeat(i % 50)));
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "snappy",
        "gzip",
        "zstd",
        "lz4",
        "v2",
        "plain",
        "delta_length_byte_array-v1",
        "delta_length_byte_array-v2",
        "delta_byte_array-v1",
        "delta_byte_array-v2",
        "required"
      })
  void everyCompressionAndEncodingHasTheSameRows(String name) throws IOException {
    Path file = file(name + ".parquet");
    assertEquals(texts(), read(file, Field.USUAL));
    try (Rows rows = FORMAT.open(file, Field.USUAL)) {
      for (int i = 0; i < 60; i++) {
        assertTrue(rows.next());
      }
      assertEquals(texts().get(59), rows.read(), "rows may be skipped");
      assertTrue(rows.where().endsWith(name + ".parquet, row 60"), rows.where());
    }
  }

  @Test
  void aColumnWithinAColumnIsChosenByItsPath() throws IOException {
    List<Row> rows = read(file("zstd.parquet"), Field.named("meta.content"));
    assertEquals(new Row.Text("inner 99"), rows.get(99));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "chat-v2"})
  void chatsAreListsOfMessages(String name) throws IOException {
    List<Row> rows = read(file(name + ".parquet"), Field.USUAL);
    for (int i = 0; i < 30; i++) {
      List<Map<String, Object>> messages = new ArrayList<>();
      for (int turn = 0; turn <= i % 3; turn++) {
        messages.add(Map.of("role", "user", "content", "question " + i));
        messages.add(Map.of("role", "assistant", "content", "answer " + i));
      }
      assertEquals(new Row.Chat(messages), rows.get(i));
    }
  }

  @Test
  void unsuitableColumnsAreRefusedByName() {
    assertEquals(
        "it has \"id\", \"text\", \"tags\", \"meta\": name the one that holds the document"
            + " (--field)",
        refusal(file("zstd.parquet"), Field.named("content")).split("; ", 2)[1]);
    for (String field : List.of("id", "tags", "meta", "meta.n")) {
      String message = refusal(file("zstd.parquet"), Field.named(field));
      assertTrue(message.contains("\"" + field + "\" holds"), message);
    }
    String isNull = refusal(file("null.parquet"), Field.USUAL);
    assertTrue(isNull.contains("null.parquet, row 2") && isNull.contains("holds null"), isNull);
    String brotli = refusal(file("brotli.parquet"), Field.USUAL);
    assertTrue(brotli.contains("Brotli") && brotli.contains("zstd"), brotli);
  }

  private static String refusal(Path file, Field field) {
    return assertThrows(IOException.class, () -> read(file, field)).getMessage();
  }

  @Test
  void aFileWithoutRowsHasNone() throws IOException {
    assertEquals(List.of(), read(file("empty.parquet"), Field.USUAL));
    Documents none = Documents.in(file("empty.parquet"));
    assertTrue(assertThrows(IOException.class, none::joined).getMessage().contains("no text"));
  }

  @Test
  void calibrationAndEvaluationFindTheFormat() throws IOException {
    Tokenizer bytes =
        new Tokenizer() {
          @Override
          public int[] encode(String text) {
            return text.chars().toArray();
          }

          @Override
          public OptionalInt endOfText() {
            return OptionalInt.of(0);
          }
        };
    List<String> texts = texts().stream().map(row -> ((Row.Text) row).text()).toList();
    Path renamed = Files.copy(file("gzip.parquet"), folder.resolve("0000"));
    for (Path path : List.of(file("zstd.parquet"), renamed)) {
      TextCalibration calibration = Calibration.text(bytes, path).sequences(20).length(50);
      assertEquals(
          Calibration.text(bytes, texts).sequences(20).length(50).draw().hash(),
          calibration.draw().hash());
      assertEquals(String.join("\n\n", texts), Documents.in(path).joined());
    }
    assertFalse(FORMAT.recognizes(new byte[] {'P', 'A', 'R'}));
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file("snappy.parquet"));
    for (int length = 0; length < whole.length; length += 97) {
      Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, length));
      String message = refusal(cut, Field.USUAL);
      assertTrue(message.contains("cut.parquet cannot be read as Parquet"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "snappy", "plain", "delta_byte_array-v2", "chat", "gzip", "lz4"})
  void damagedFilesAreRefusedOrRead(String name) throws IOException {
    byte[] whole = Files.readAllBytes(file(name + ".parquet"));
    Random random = new Random(name.hashCode());
    for (int trial = 0; trial < 500; trial++) {
      byte[] changed = whole.clone();
      for (int change = 0; change <= trial % 3; change++) {
        int at = trial % 2 == 0 ? random.nextInt(whole.length) : recent(random, whole.length);
        changed[at] = (byte) random.nextInt();
      }
      Path damaged = Files.write(folder.resolve("damaged.parquet"), changed);
      try (Rows rows = FORMAT.open(damaged, Field.USUAL)) {
        while (rows.next()) {
          rows.read();
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("damaged.parquet"), e.getMessage());
        assertFalse(e.getMessage().contains("Exception"), e.getMessage());
      }
    }
  }

  /** Returns a position in the footer. */
  private static int recent(Random random, int length) {
    return length - 1 - random.nextInt(Math.min(length, 1500));
  }
}
