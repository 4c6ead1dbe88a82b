package io.github.owlprune.calibration;

import java.util.List;
import java.util.Map;

/** Renders the messages of a chat as the text that a model was trained on. */
public interface ChatTemplate {
  /**
   * Renders a whole chat, without a prompt for a further answer. The text is encoded by {@link
   * Tokenizer#encode}; it therefore leaves out the special tokens which that adds, such as a token
   * for the beginning of a text, and keeps all others, such as those around each message.
   *
   * @param messages at least one; each has a {@code role} and usually a {@code content}; values are
   *     strings, numbers, booleans, lists and maps as in JSON
   * @return the text
   * @throws IllegalArgumentException if the template does not accept the messages; the message says
   *     why
   * @throws java.io.UncheckedIOException if the template cannot be read; the message says why
   */
  String render(List<Map<String, Object>> messages);
}
