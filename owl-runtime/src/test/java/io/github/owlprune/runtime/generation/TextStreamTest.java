package io.github.owlprune.runtime.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TextStreamTest {
  /** A tokenizer whose tokens are the bytes of UTF-8. */
  private static String decode(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int[] ids(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = bytes[i] & 0xff;
    }
    return ids;
  }

  @Property
  void thePiecesMakeTheText(@ForAll String prompt, @ForAll String text) {
    // A lone surrogate has no UTF-8: what Java writes instead is what must come back.
    String written = decode(ids(text));
    TextStream stream = new TextStream(TextStreamTest::decode, ids(prompt));
    StringBuilder pieces = new StringBuilder();
    for (int id : ids(text)) {
      String piece = stream.add(id);
      assertFalse(piece.endsWith("\uFFFD"), "a piece ends inside a character");
      pieces.append(piece);
    }
    assertEquals(written, pieces.append(stream.end()).toString());
  }

  @Property
  void bytesThatAreNoTextBecomeReplacements(
      @ForAll @Size(max = 12) int @IntRange(max = 255) [] bytes) {
    TextStream stream = new TextStream(TextStreamTest::decode, ids("ok"));
    StringBuilder pieces = new StringBuilder();
    for (int id : bytes) {
      pieces.append(stream.add(id));
    }
    assertEquals(decode(bytes), pieces.append(stream.end()).toString());
  }

  @Test
  void aCharacterComesWithItsLastByte() {
    TextStream stream = new TextStream(TextStreamTest::decode, ids("x"));
    int[] euro = ids("€");
    assertEquals("", stream.add(euro[0]));
    assertEquals("", stream.add(euro[1]));
    assertEquals("€", stream.add(euro[2]));
    assertEquals("!", stream.add('!'));
  }

  @Test
  void aSpaceThatDecodersDropAtTheStartOfATextIsKept() {
    // Each token is a word; the decoder puts spaces between words, none before the first.
    String[] words = {"the", "quick", "fox"};
    TextStream.Detokenizer joined =
        ids -> {
          StringBuilder text = new StringBuilder();
          for (int id : ids) {
            text.append(text.isEmpty() ? "" : " ").append(words[id]);
          }
          return text.toString();
        };
    TextStream stream = new TextStream(joined, new int[] {0});
    assertEquals(" quick", stream.add(1));
    assertEquals(" fox", stream.add(2));
  }
}
