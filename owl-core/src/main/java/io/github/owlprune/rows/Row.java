package io.github.owlprune.rows;

import java.util.List;
import java.util.Map;

/** The document of a row: a text, or the messages of a chat. */
public sealed interface Row {
  /**
   * A text.
   *
   * @param text any text, possibly empty
   */
  record Text(String text) implements Row {}

  /**
   * The messages of a chat.
   *
   * @param messages at least one; each has at least {@code role}, a string, and usually {@code
   *     content}; values are strings, numbers, booleans, lists and maps as in JSON
   */
  record Chat(List<Map<String, Object>> messages) implements Row {
    /**
     * Copies the list.
     *
     * @param messages at least one
     */
    public Chat {
      messages = List.copyOf(messages);
    }
  }
}
