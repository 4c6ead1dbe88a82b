package io.github.owlprune.parquet;

import java.io.IOException;

/** Numbers packed into bits, the lowest first. */
final class Bits {
  private Bits() {}

  /** Reads {@code width} bits, at most 64, at a distance of {@code bit} bits from a byte. */
  static long read(byte[] bytes, int end, int from, long bit, int width) throws IOException {
    long value = 0;
    int done = 0;
    while (done < width) {
      long index = from + (bit + done) / 8;
      if (index >= end) {
        throw new IOException("a page ends within its values");
      }
      int offset = (int) ((bit + done) % 8);
      int take = Math.min(8 - offset, width - done);
      long part = (bytes[(int) index] & 0xFF) >> offset & (1 << take) - 1;
      value |= part << done;
      done += take;
    }
    return value;
  }
}
