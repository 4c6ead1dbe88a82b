package io.github.owlprune.runtime.generation;

import java.util.List;

/**
 * Finds the first stop string in a text that arrives in pieces. Text that may be the beginning of a
 * stop string is held back until it is certain.
 */
public final class StopStrings {
  private final List<String> stops;
  private final int longest;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  /**
   * Starts a text.
   *
   * @param stops the texts that end it, none empty
   */
  public StopStrings(List<String> stops) {
    this.stops = stops;
    this.longest = stops.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Adds a piece of text.
   *
   * @param piece the text that follows the earlier pieces
   * @return the text that is certainly before any stop string
   */
  public String add(String piece) {
    if (found) {
      return "";
    }
    held.append(piece);
    int stop = firstStop();
    if (stop >= 0) {
      found = true;
      return held.substring(0, stop);
    }
    int certain = held.length() - beginning();
    String text = held.substring(0, certain);
    held.delete(0, certain);
    return text;
  }

  /**
   * Ends the text.
   *
   * @return what was held back, if no stop string was found
   */
  public String end() {
    String text = found ? "" : held.toString();
    held.setLength(0);
    return text;
  }

  /**
   * Returns whether a stop string was found.
   *
   * @return true once the text has ended before a stop string
   */
  public boolean found() {
    return found;
  }

  private int firstStop() {
    int first = -1;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /** Returns the length of the longest end of the held text that begins a stop string. */
  private int beginning() {
    for (int length = Math.min(longest - 1, held.length()); length > 0; length--) {
      String end = held.substring(held.length() - length);
      if (stops.stream().anyMatch(s -> s.startsWith(end))) {
        return length;
      }
    }
    return 0;
  }
}
