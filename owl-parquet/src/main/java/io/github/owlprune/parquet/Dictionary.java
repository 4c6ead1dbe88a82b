package io.github.owlprune.parquet;

import java.io.IOException;
import java.util.Arrays;

/** The distinct values of a column chunk. */
final class Dictionary {
  static final Dictionary NONE = new Dictionary(new byte[0], new int[0], 0);

  private final byte[] bytes;
  private final int[] starts;
  private final int count;

  private Dictionary(byte[] bytes, int[] starts, int count) {
    this.bytes = bytes;
    this.starts = starts;
    this.count = count;
  }

  static Dictionary of(byte[] page) throws IOException {
    int[] starts = new int[16];
    int count = 0;
    for (int at = 0; at < page.length; at += Integer.BYTES + length(page, at)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count] = at;
      count++;
    }
    return new Dictionary(page, starts, count);
  }

  Values values(byte[] page, int from) throws IOException {
    int width = from < page.length ? page[from] : 0;
    if (width < 0) {
      throw new IOException("a page has a negative bit width");
    }
    int begin = Math.min(from + 1, page.length);
    Runs indices = new Runs(page, begin, page.length - begin, width);
    return slice -> {
      int index = indices.next();
      if (index < 0 || index >= count) {
        throw new IOException("value " + index + " is not in a dictionary of " + count);
      }
      slice.set(bytes, starts[index] + Integer.BYTES, length(bytes, starts[index]));
    };
  }

  /** Reads the length of a value, which the page must contain. */
  static int length(byte[] page, int at) throws IOException {
    if (at < 0 || at > page.length - Integer.BYTES) {
      throw new IOException("a page has too few values");
    }
    int length =
        (page[at] & 0xFF)
            | ((page[at + 1] & 0xFF) << 8)
            | ((page[at + 2] & 0xFF) << 16)
            | ((page[at + 3] & 0xFF) << 24);
    if (length < 0 || length > page.length - at - Integer.BYTES) {
      throw new IOException("a page ends within a value");
    }
    return length;
  }
}
