package io.github.owlprune.rows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Decodes UTF-8 and says where bytes are none. */
public final class Utf8 {
  private Utf8() {}

  /**
   * Decodes a text.
   *
   * @param bytes holds the text
   * @param from the index of its first byte
   * @param length its number of bytes
   * @param where the file and the row, for errors
   * @return the text
   * @throws IOException if the bytes are not UTF-8; the message has the position and the byte
   */
  public static String decode(byte[] bytes, int from, int length, String where) throws IOException {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) { // nothing was replaced
      return text;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
    CharBuffer out = CharBuffer.allocate(length);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    if (result.isError()) {
      int at = in.position() - from;
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s is not UTF-8: byte %d is 0x%02X; convert the file to UTF-8",
              where,
              at + 1,
              in.get()));
    }
    return text;
  }
}
