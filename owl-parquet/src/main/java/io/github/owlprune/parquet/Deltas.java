package io.github.owlprune.parquet;

import java.io.IOException;

/** Integers stored as differences, in blocks of packed bits. */
final class Deltas {
  private final byte[] bytes;
  private final int count;
  private final int perMini;
  private final int minis;
  private int at;
  private int read;
  private long value;
  private long least;
  private int widths; // the position of the bit widths of the block
  private int mini;
  private int inMini;

  Deltas(byte[] bytes, int from) throws IOException {
    this.bytes = bytes;
    at = from;
    long block = varint();
    long parts = varint();
    long total = varint();
    value = zigzag();
    if (block <= 0 || parts <= 0 || block % parts != 0 || block > 1 << 20 || total < 0) {
      throw new IOException("a page has malformed differences");
    }
    count = (int) Math.min(total, Integer.MAX_VALUE);
    minis = (int) parts;
    perMini = (int) (block / parts);
    mini = minis;
    inMini = perMini;
  }

  int count() {
    return count;
  }

  /** Returns the next number, which must be at least 0 and fit into an int. */
  int next() throws IOException {
    if (read == count) {
      throw new IOException("a page has too few values");
    }
    if (read > 0) {
      advance();
    }
    read++;
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IOException("a page has a length of " + value);
    }
    return (int) value;
  }

  private void advance() throws IOException {
    if (inMini == perMini) {
      startMini();
    }
    int width = width(mini);
    value += least + Bits.read(bytes, bytes.length, at, (long) inMini * width, width);
    inMini++;
  }

  private void startMini() throws IOException {
    if (read > 1) {
      at += perMini * width(mini) / 8;
    }
    mini++;
    if (mini >= minis) {
      least = zigzag();
      widths = at;
      at += minis;
      mini = 0;
    }
    inMini = 0;
  }

  private int width(int of) throws IOException {
    if (widths + of >= bytes.length || (bytes[widths + of] & 0xFF) > Long.SIZE) {
      throw new IOException("a page has malformed differences");
    }
    return bytes[widths + of];
  }

  /** Returns the position after the last number, all of which have been read. */
  int end() throws IOException {
    return count > 1 ? at + perMini * width(mini) / 8 : at;
  }

  private long zigzag() throws IOException {
    long number = varint();
    return number >>> 1 ^ -(number & 1);
  }

  private long varint() throws IOException {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE && at >= 0 && at < bytes.length; shift += 7) {
      int octet = bytes[at++];
      number |= (octet & 0x7FL) << shift;
      if (octet >= 0) {
        return number;
      }
    }
    throw new IOException("a page ends within its values");
  }
}
