package io.github.owlprune.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.rows.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShuffledDocumentsTest {
  /** Documents that exist only while they are looked at. */
  private static final class Made implements DocumentSource {
    private final int count;
    private final int size;
    private int read;
    private int passes;

    Made(int count, int size) {
      this.count = count;
      this.size = size;
    }

    String text(int number) {
      return number + ":" + "x".repeat(size);
    }

    @Override
    public long count() {
      return count;
    }

    @Override
    public DocumentPass open() {
      passes++;
      return new DocumentPass() {
        private int at = -1;

        @Override
        public boolean next() {
          return ++at < count;
        }

        @Override
        public String text() {
          read++;
          return Made.this.text(at);
        }
      };
    }

    @Override
    public DocumentSource withField(Field field) {
      return this;
    }

    @Override
    public DocumentSource withTemplate(@Nullable ChatTemplate template) {
      return this;
    }
  }

  @Property(tries = 200)
  void anyMemoryGivesTheOrderOfAPlainShuffle(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int count,
      @ForAll @IntRange(min = 1, max = 200) int wanted,
      @ForAll @IntRange(min = 0, max = 3000) int memory)
      throws IOException {
    List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Random plain = new Random(seed);
    Collections.shuffle(order, plain);
    Made made = new Made(count, 10);
    Random random = new Random(seed);
    ShuffledDocuments shuffled =
        new ShuffledDocuments(Documents.of(made, "made"), random, wanted, memory);
    long one = 64 + 2L * made.text(count).length();
    for (int number : order) {
      assertEquals(made.text(number), shuffled.next());
      assertTrue(shuffled.held() <= Math.max(memory, one), "held " + shuffled.held());
    }
    assertNull(shuffled.next());
    assertEquals(plain.nextLong(), random.nextLong());
  }

  @Test
  void moreTextThanTheHeapHoldsIsDrawnFrom() {
    long heap = Runtime.getRuntime().maxMemory();
    int size = 1 << 20;
    Made made = new Made((int) (4 * heap / size), size);
    Tokenizer tokenizer =
        new Tokenizer() {
          @Override
          public int[] encode(String text) {
            return text.substring(0, text.indexOf(':') + 3).chars().toArray();
          }

          @Override
          public OptionalInt endOfText() {
            return OptionalInt.of(1);
          }
        };
    TokenIds drawn =
        TextCalibration.of(tokenizer, Documents.of(made, "made"))
            .sequences(5)
            .length(4)
            .seed(1)
            .draw();
    assertEquals(5, drawn.sequences().size());
    assertEquals(1, made.passes, "the documents of one pass suffice");
    assertTrue(made.read < made.count, made.read + " of " + made.count + " were decoded");
  }

  @Test
  void documentsThatAreNeverLongEnoughAreNotKept() throws IOException {
    Made made = new Made(1000, 1000);
    ShuffledDocuments shuffled =
        new ShuffledDocuments(Documents.of(made, "made"), new Random(0), 10, 100_000);
    for (int i = 0; i < 1000; i++) {
      assertNotNull(shuffled.next());
      assertTrue(shuffled.held() <= 100_000);
    }
    assertTrue(made.passes < 30, made.passes + " passes");
  }
}
