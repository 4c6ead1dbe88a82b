package io.github.owlprune.parquet;

import java.io.IOException;

/** The byte strings of a page, one after the other. */
interface Values {
  /** A byte string within a larger array, valid until the next one is read. */
  final class Slice {
    byte[] bytes = new byte[0];
    int from;
    int length;

    void set(byte[] array, int first, int count) throws IOException {
      if (first < 0 || count < 0 || count > array.length - first) {
        throw new IOException("a page ends within a value");
      }
      bytes = array;
      from = first;
      length = count;
    }
  }

  /** Reads the next byte string. */
  void next(Slice slice) throws IOException;

  /** Returns the values of a page. */
  static Values of(int encoding, byte[] page, int from, Dictionary dictionary) throws IOException {
    return switch (encoding) {
      case 0 -> plain(page, from);
      case 2, 8 -> dictionary.values(page, from);
      case 6 -> lengths(page, from);
      case 7 -> prefixes(page, from);
      default -> throw new IOException("it uses encoding " + encoding + ", which is unknown");
    };
  }

  private static Values plain(byte[] page, int from) {
    int[] at = {from};
    return slice -> {
      int length = Dictionary.length(page, at[0]);
      slice.set(page, at[0] + Integer.BYTES, length);
      at[0] += Integer.BYTES + length;
    };
  }

  /** All lengths, then all bytes. */
  private static Values lengths(byte[] page, int from) throws IOException {
    Deltas lengths = new Deltas(page, from);
    int[] at = {end(page, from)};
    return slice -> {
      slice.set(page, at[0], lengths.next());
      at[0] += slice.length;
    };
  }

  /** The lengths of what a value shares with the one before, then what follows. */
  private static Values prefixes(byte[] page, int from) throws IOException {
    Deltas shared = new Deltas(page, from);
    Values suffixes = lengths(page, end(page, from));
    Slice suffix = new Slice();
    return slice -> {
      int prefix = shared.next();
      if (prefix > slice.length) {
        throw new IOException("a value shares more than the one before has");
      }
      suffixes.next(suffix);
      byte[] value = new byte[Math.addExact(prefix, suffix.length)];
      System.arraycopy(slice.bytes, slice.from, value, 0, prefix);
      System.arraycopy(suffix.bytes, suffix.from, value, prefix, suffix.length);
      slice.set(value, 0, value.length);
    };
  }

  private static int end(byte[] page, int from) throws IOException {
    Deltas all = new Deltas(page, from);
    for (int i = 0; i < all.count(); i++) {
      all.next();
    }
    return all.end();
  }
}
