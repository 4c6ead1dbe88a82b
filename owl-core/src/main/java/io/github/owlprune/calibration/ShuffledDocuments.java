package io.github.owlprune.calibration;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Documents in a random order. Files can only be read from start to end, so each pass over them
 * keeps the documents that come next in the order, as many as fit into a given memory. Beside them,
 * 4 bytes per document are held.
 */
final class ShuffledDocuments {
  /** The memory for the documents kept by a pass: 64 MiB, and at most an eighth of the heap. */
  static final long MEMORY = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** What a kept document takes besides its characters, rounded up. */
  private static final int OVERHEAD = 64;

  /** Each pass wants so many times the documents of the one before. */
  private static final int GROWTH = 8;

  private final Documents documents;
  private final int[] order;
  private final long memory;
  private int wanted;
  private @Nullable String[] kept = new String[0];
  private int first; // the position in the order of the first kept document
  private int next; // the position in the order of the next document
  private long held;

  /**
   * Counts and shuffles documents.
   *
   * @param random also shuffles; exactly as {@link java.util.Collections#shuffle} would
   * @param wanted the number of documents that will probably be needed
   * @param memory the bytes that kept documents may take; one document is always kept
   */
  ShuffledDocuments(Documents documents, Random random, int wanted, long memory)
      throws IOException {
    this.documents = documents;
    this.wanted = wanted;
    this.memory = memory;
    order = new int[checked(documents.count())];
    Arrays.setAll(order, i -> i);
    for (int size = order.length; size > 1; size--) {
      int other = random.nextInt(size);
      int last = order[size - 1];
      order[size - 1] = order[other];
      order[other] = last;
    }
  }

  /** Refuses numbers, which a header may merely claim, whose order alone would fill the heap. */
  private int checked(int count) throws IOException {
    if ((long) count * Integer.BYTES > Runtime.getRuntime().maxMemory() / 4) {
      throw new IOException(
          documents.name()
              + " has "
              + count
              + " rows, whose order takes a quarter of the heap; allow more memory or give fewer");
    }
    return count;
  }

  /** Returns the number of documents. */
  int count() {
    return order.length;
  }

  /** Returns the next document, or null after the last. */
  @Nullable String next() throws IOException {
    if (next == order.length) {
      return null;
    }
    if (next == first + kept.length) {
      first = next;
      kept = new String[0];
      kept = pass();
    }
    String text = kept[next - first];
    kept[next - first] = null;
    next++;
    return text;
  }

  /** Returns the documents from {@link #first} on, in order, as many as fit. */
  private @Nullable String[] pass() throws IOException {
    int count = (int) Math.min(Math.min(wanted, order.length - first), memory / OVERHEAD + 1);
    wanted = (int) Math.min((long) wanted * GROWTH, Integer.MAX_VALUE);
    long[] rows = new long[count]; // the row, and its position among the wanted ones
    Arrays.setAll(rows, i -> (long) order[first + i] << 32 | i);
    Arrays.sort(rows);
    @Nullable String[] texts = new String[count];
    int limit = count;
    held = 0;
    try (DocumentPass pass = documents.open()) {
      int row = -1;
      for (long each : rows) {
        int position = (int) each;
        if (position >= limit) {
          continue;
        }
        row = advance(pass, row, (int) (each >> 32));
        texts[position] = pass.text();
        held += bytes(texts[position]);
        while (held > memory && limit > 1) { // the last in the order have to wait
          limit--;
          held -= bytes(texts[limit]);
          texts[limit] = null;
        }
      }
    }
    return Arrays.copyOf(texts, limit);
  }

  private int advance(DocumentPass pass, int from, int to) throws IOException {
    for (int row = from; row < to; row++) {
      if (!pass.next()) {
        throw new IOException(
            documents.name() + " has changed while it was being read; start again");
      }
    }
    return to;
  }

  /** Returns the bytes that the documents kept by the last pass take. */
  long held() {
    return held;
  }

  private static long bytes(@Nullable String text) {
    return text == null ? 0 : OVERHEAD + 2L * text.length();
  }
}
