package io.github.owlprune.parquet;

import java.io.IOException;

/** Parquet's small integers: runs of one value, and values packed into bits. */
final class Runs {
  private final byte[] bytes;
  private final int end;
  private final int width;
  private int at;
  private int left; // of the present run
  private boolean packed;
  private int value;
  private int bit; // of the present packed value

  Runs(byte[] bytes, int from, int length, int width) throws IOException {
    if (from < 0 || length < 0 || length > bytes.length - from || width > Integer.SIZE) {
      throw new IOException("a page ends within its levels");
    }
    this.bytes = bytes;
    this.at = from;
    this.end = from + length;
    this.width = width;
  }

  int next() throws IOException {
    if (width == 0) {
      return 0;
    }
    while (left == 0) {
      run();
    }
    left--;
    if (packed) {
      value = (int) Bits.read(bytes, end, at, bit, width);
      bit += width;
      if (left == 0) {
        at += bit / 8;
      }
    }
    return value;
  }

  private void run() throws IOException {
    long header = 0;
    int shift = 0;
    int octet;
    do {
      if (at >= end || shift > 28) {
        throw new IOException("a page has too few values");
      }
      octet = bytes[at++];
      header |= (octet & 0x7FL) << shift;
      shift += 7;
    } while (octet < 0);
    packed = (header & 1) == 1;
    long count = header >> 1;
    if (packed) {
      left = (int) Math.min(count * 8, Integer.MAX_VALUE);
      bit = 0;
    } else {
      left = (int) count;
      value = (int) Bits.read(bytes, end, at, 0, (width + 7) / 8 * 8);
      at += (width + 7) / 8;
    }
  }
}
