package io.github.owlprune.calibration;

import java.util.ArrayList;
import java.util.List;

/** The tokens of documents, joined by a separator; only as many are kept as will be cut. */
final class JoinedTokens {
  private final int length;
  private final long needed;
  private final List<int[]> parts = new ArrayList<>();
  private long tokens = -1; // before the first document there is no separator

  /**
   * Starts without documents.
   *
   * @param length the length of a window
   * @param needed the number of tokens that are needed, separators included
   */
  JoinedTokens(int length, long needed) {
    this.length = length;
    this.needed = needed;
  }

  void add(int[] ids) {
    if (tokens < needed) {
      parts.add(ids);
    }
    tokens += ids.length + 1L;
  }

  /** Returns the number of tokens of all documents and the separators between them. */
  long tokens() {
    return tokens;
  }

  /** Cuts the joined documents into non-overlapping windows, starting at the beginning. */
  List<int[]> cut(int sequences, int separator) {
    List<int[]> windows = new ArrayList<>();
    int[] window = new int[length];
    int filled = 0;
    for (int p = 0; p < parts.size(); p++) {
      int[] part = parts.get(p);
      int begin = p == 0 ? 0 : -1; // at -1 is the separator
      for (int at = begin; at < part.length && windows.size() < sequences; at++) {
        window[filled] = at < 0 ? separator : part[at];
        filled++;
        if (filled == length) {
          windows.add(window);
          window = new int[length];
          filled = 0;
        }
      }
    }
    return windows;
  }
}
