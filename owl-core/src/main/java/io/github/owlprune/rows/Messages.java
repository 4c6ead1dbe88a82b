package io.github.owlprune.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks that a value is the messages of a chat. */
public final class Messages {
  private Messages() {}

  /**
   * Checks a value.
   *
   * @param value a value as read from JSON
   * @param where the file and the row, for errors
   * @param name the field that holds the value, for errors
   * @return the chat
   * @throws IOException if the value is not a list of at least one object with a string {@code
   *     role}; the message says what it is
   */
  public static Row.Chat of(@Nullable Object value, String where, String name) throws IOException {
    List<Map<String, Object>> messages = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object item : list) {
        if (!(item instanceof Map<?, ?> message) || !(message.get("role") instanceof String)) {
          throw notMessages(where, name);
        }
        @SuppressWarnings("unchecked") // the names of JSON fields are strings
        Map<String, Object> checked = (Map<String, Object>) message;
        messages.add(checked);
      }
    }
    if (messages.isEmpty()) {
      throw notMessages(where, name);
    }
    return new Row.Chat(messages);
  }

  private static IOException notMessages(String where, String name) {
    return new IOException(
        where
            + ": the field \""
            + name
            + "\" is not a list of chat messages"
            + " [{\"role\": \"user\", \"content\": \"…\"}, …]");
  }
}
