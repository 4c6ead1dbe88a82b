package io.github.owlprune.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
  private static final int END = 7;

  /** Makes each character a token with its code as id. */
  private static Tokenizer characters(OptionalInt endOfText) {
    return new Tokenizer() {
      @Override
      public int[] encode(String text) {
        return text.chars().toArray();
      }

      @Override
      public OptionalInt endOfText() {
        return endOfText;
      }
    };
  }

  private static final Tokenizer TOKENIZER = characters(OptionalInt.of(END));

  /** Documents of distinct characters, so that a window shows where it came from. */
  private static List<String> documents(int count, int length) {
    List<String> documents = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.append((char) (100 + d * length + i));
      }
      documents.add(text.toString());
    }
    return documents;
  }

  @Property(tries = 200)
  void eachWindowComesFromADocumentOfItsOwn(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int sequences,
      @ForAll @IntRange(min = 1, max = 30) int length) {
    List<String> documents = documents(20, 30);
    TextCalibration calibration =
        Calibration.text(TOKENIZER, documents).sequences(sequences).length(length).seed(seed);
    TokenIds drawn = calibration.draw();
    Set<Integer> from = new HashSet<>();
    for (int[] window : drawn.sequences()) {
      assertEquals(length, window.length);
      int document = (window[0] - 100) / 30;
      assertTrue(from.add(document), "a document is used once");
      for (int t = 0; t < length; t++) {
        assertEquals(window[0] + t, window[t]);
        assertEquals(document, (window[t] - 100) / 30);
      }
    }
    assertEquals(sequences, from.size());
    TokenIds again = calibration.draw();
    for (int s = 0; s < sequences; s++) {
      assertArrayEquals(drawn.sequences().get(s), again.sequences().get(s));
    }
  }

  @Test
  void shortDocumentsAreShuffledJoinedAndCut() {
    TokenIds drawn =
        Calibration.text(TOKENIZER, documents(6, 10)).sequences(2).length(32).seed(3).draw();
    List<Integer> joined = new ArrayList<>();
    drawn.sequences().forEach(w -> Arrays.stream(w).forEach(joined::add));
    assertEquals(64, joined.size());
    for (int i = 0; i < joined.size(); i++) {
      boolean separator = i % 11 == 10;
      assertEquals(separator, joined.get(i) == END, "at " + i);
      if (!separator && i % 11 > 0) {
        assertEquals(joined.get(i - 1) + 1, joined.get(i));
      }
    }
    assertTrue(drawn.source().contains("shuffled"), drawn.source());
  }

  @Property(tries = 100)
  void windowsAreCutFromTheDocumentsJoinedInSomeOrder(
      @ForAll long seed, @ForAll @IntRange(min = 11, max = 65) int length) {
    List<String> documents = documents(6, 10);
    TokenIds drawn =
        Calibration.text(TOKENIZER, documents)
            .sequences(65 / length)
            .length(length)
            .seed(seed)
            .draw();
    int[] cut = drawn.sequences().stream().flatMapToInt(Arrays::stream).toArray();
    List<String> order = new ArrayList<>();
    for (int at = 0; at < cut.length; at += 11) {
      order.add(documents.get((cut[at] - 100) / 10));
    }
    assertEquals(order.size(), new HashSet<>(order).size(), "a document is used once");
    int[] joined =
        (String.join(Character.toString(END), order) + Character.toString(END)).chars().toArray();
    assertArrayEquals(Arrays.copyOf(joined, cut.length), cut);
  }

  @Property(tries = 100)
  void noMoreDocumentsAreTokenizedThanNeeded(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int sequences) {
    AtomicInteger encoded = new AtomicInteger();
    Tokenizer counting =
        new Tokenizer() {
          @Override
          public int[] encode(String text) {
            encoded.incrementAndGet();
            return TOKENIZER.encode(text);
          }

          @Override
          public OptionalInt endOfText() {
            return TOKENIZER.endOfText();
          }
        };
    TextCalibration calibration =
        Calibration.text(counting, documents(20, 30)).sequences(sequences).length(30).seed(seed);
    assertEquals(0, encoded.get());
    calibration.draw();
    assertEquals(sequences, encoded.get());
  }

  /** The whole method with everything in memory, as it was first written. */
  private static List<int[]> inMemory(
      List<String> documents, int sequences, int length, long seed) {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, documents.size()).boxed().toList());
    Collections.shuffle(order, random);
    List<Integer> joined = new ArrayList<>();
    List<int[]> windows = new ArrayList<>();
    for (int document : order) {
      int[] ids = TOKENIZER.encode(documents.get(document));
      if (!joined.isEmpty() || document != order.get(0)) {
        joined.add(END);
      }
      Arrays.stream(ids).forEach(joined::add);
      if (ids.length >= length) {
        int from = random.nextInt(ids.length - length + 1);
        windows.add(Arrays.copyOfRange(ids, from, from + length));
      }
      if (windows.size() == sequences) {
        return windows;
      }
    }
    int[] all = joined.stream().mapToInt(i -> i).toArray();
    return IntStream.range(0, sequences)
        .mapToObj(w -> Arrays.copyOfRange(all, w * length, (w + 1) * length))
        .toList();
  }

  @Property(tries = 300)
  void readingAsAStreamDrawsWhatReadingAllDoes(
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 30) List<@StringLength(max = 40) @AlphaChars String> texts,
      @ForAll @IntRange(min = 1, max = 12) int sequences,
      @ForAll @IntRange(min = 1, max = 25) int length) {
    long tokens = texts.stream().mapToLong(String::length).sum() + texts.size() - 1;
    Assume.that(tokens >= (long) sequences * length && !texts.stream().allMatch(String::isEmpty));
    TokenIds drawn =
        Calibration.text(TOKENIZER, texts).sequences(sequences).length(length).seed(seed).draw();
    List<int[]> expected = inMemory(texts, sequences, length, seed);
    assertEquals(expected.size(), drawn.sequences().size());
    for (int s = 0; s < sequences; s++) {
      assertArrayEquals(expected.get(s), drawn.sequences().get(s));
    }
  }

  @Test
  void readyIdsAreTakenFromTheBeginning() {
    TokenIds ids =
        Calibration.ids(List.of(new int[] {1, 2, 3}, new int[] {4, 5}, new int[] {6, 7}));
    TokenIds some = ids.first(2).shortened(2);
    assertEquals(2, some.sequences().size());
    assertArrayEquals(new int[] {1, 2}, some.sequences().get(0));
    assertArrayEquals(new int[] {4, 5}, some.sequences().get(1));
    assertSame(ids, ids.first(3));
    for (int bad : new int[] {0, 4}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> ids.first(bad)).getMessage();
      assertTrue(message.contains("1 to 3"), message);
    }
    for (int bad : new int[] {0, 3}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> ids.shortened(bad)).getMessage();
      assertTrue(message.contains("1 to 2"), message);
    }
  }

  @Test
  void oneDocumentIsCutFromItsStartWithoutASeparator() {
    TokenIds drawn =
        Calibration.text(characters(OptionalInt.empty()), List.of("abcdefgh"))
            .sequences(3)
            .length(2)
            .draw();
    List<String> windows = drawn.sequences().stream().map(w -> new String(w, 0, w.length)).toList();
    assertEquals(List.of("ab", "cd", "ef"), windows);
    assertTrue(drawn.source().contains("the only document"), drawn.source());
  }

  @Test
  void tooLittleTextIsRefusedWithTheNumbers() {
    TextCalibration calibration = Calibration.text(TOKENIZER, documents(2, 10)).length(50);
    String message =
        assertThrows(IllegalArgumentException.class, calibration.sequences(1)::draw).getMessage();
    assertTrue(message.contains("21 tokens"), message);
    assertTrue(message.contains("50 tokens"), message);
    // More tokens than fit in an int, or in memory, are refused with their number.
    String many =
        assertThrows(
                IllegalArgumentException.class,
                calibration.sequences(Integer.MAX_VALUE).length(Integer.MAX_VALUE)::draw)
            .getMessage();
    assertTrue(many.contains("4611686014132420609 tokens"), many);
    Tokenizer withoutSeparator = characters(OptionalInt.empty());
    String way =
        assertThrows(
                IllegalArgumentException.class,
                Calibration.text(withoutSeparator, documents(2, 10)).length(15).sequences(1)::draw)
            .getMessage();
    assertTrue(way.contains("endOfText"), way);
    assertEquals(
        1,
        Calibration.text(withoutSeparator, documents(2, 10))
            .endOfText(0)
            .length(15)
            .sequences(1)
            .draw()
            .sequences()
            .size());
  }

  @Test
  void invalidNumbersAndEmptySetsAreRefused() {
    TextCalibration calibration = Calibration.text(TOKENIZER, documents(1, 10));
    assertThrows(IllegalArgumentException.class, () -> calibration.sequences(0));
    assertThrows(IllegalArgumentException.class, () -> calibration.length(0));
    assertThrows(IllegalArgumentException.class, () -> calibration.endOfText(-1));
    assertThrows(IllegalArgumentException.class, () -> Calibration.text(TOKENIZER, List.of()));
    assertThrows(IllegalArgumentException.class, () -> Calibration.text(TOKENIZER, List.of("")));
    assertThrows(IllegalArgumentException.class, () -> Calibration.ids(List.of()));
    assertThrows(IllegalArgumentException.class, () -> Calibration.ids(List.of(new int[0])));
    assertThrows(IllegalArgumentException.class, () -> Calibration.ids(List.of(new int[] {-1})));
  }

  @Test
  void idsAreReadFromJson(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("ids.json");
    Files.writeString(file, "{\"of\": {\"ids\": [[9]]}, \"ids\": [[1, 2], [3]], \"by\": null}");
    TokenIds ids = Calibration.ids(file);
    assertArrayEquals(new int[] {1, 2}, ids.sequences().get(0));
    assertArrayEquals(new int[] {3}, ids.sequences().get(1));
    for (String bad :
        List.of(
            "",
            "[]",
            "{}",
            "{\"ids\": 1}",
            "{\"ids\": []}",
            "{\"ids\": [[]]}",
            "{\"ids\": [1]}",
            "{\"ids\": [[1.5]]}",
            "{\"ids\": [[\"a\"]]}",
            "{\"ids\": [[-1]]}",
            "{\"ids\": [[99999999999]]}",
            "{\"ids\": [[null]]}",
            "{\"ids\": [[[1]]]}",
            "{\"ids\": [[1]], \"ids\": [[2]]}",
            "{\"ids\": [[1]]} {}",
            "{\"ids\": [[1]]",
            "{\"ids\": [[1")) {
      Files.writeString(file, bad);
      String message =
          assertThrows(IOException.class, () -> Calibration.ids(file), bad).getMessage();
      assertTrue(message.contains("ids.json"), message);
    }
  }

  @Test
  void aFileOfIdsIsTakenForOneWhateverItsName(@TempDir Path folder) throws IOException {
    for (String ids : List.of("{\"ids\": [[1]]}", "\uFEFF{\"by\": {\"ids\": 1}, \"ids\": [[1]]}")) {
      Path file = Files.writeString(folder.resolve("IDS.JSON"), ids);
      assertTrue(Calibration.isIds(file));
      assertArrayEquals(new int[] {1}, Calibration.ids(file).sequences().get(0));
    }
    for (String rows :
        List.of("", "ids", "[[1]]", "{\"text\": \"ids\"}\n{\"ids\": [[1]]}", "{\"ids\": 1}")) {
      assertFalse(Calibration.isIds(Files.writeString(folder.resolve("rows.json"), rows)), rows);
    }
    assertFalse(Calibration.isIds(folder));
  }

  @Test
  void missingFilesAreRefusedAtOnce(@TempDir Path folder) {
    Path text = folder.resolve("none.txt");
    assertThrows(IOException.class, () -> Calibration.text(TOKENIZER, text));
    Path json = folder.resolve("none.json");
    String message = assertThrows(IOException.class, () -> Calibration.ids(json)).getMessage();
    assertTrue(message.contains("none.json"), message);
    assertThrows(
        IllegalArgumentException.class, () -> Calibration.text(TOKENIZER, folder.resolve("a.csv")));
  }

  @Test
  void sequencesCannotBeChangedFromOutside() {
    int[] given = {1, 2};
    TokenIds ids = Calibration.ids(List.of(given, new int[] {3}));
    given[0] = 9;
    ids.sequences().get(1)[0] = 9;
    assertArrayEquals(new int[] {1, 2}, ids.sequences().get(0));
    assertArrayEquals(new int[] {3}, ids.sequences().get(1));
    assertEquals(3, ids.tokens());
  }
}
