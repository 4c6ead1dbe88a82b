package io.github.owlprune.runtime.generation;

import java.util.Arrays;

/**
 * Turns token ids into text as they arrive. A character that spans several tokens comes out whole,
 * with the last of them.
 *
 * <p>Tokenizers decode a token differently at the start of a text, so new tokens are decoded
 * together with those before them, and what the latter decode to alone is taken away.
 */
public final class TextStream {
  /** What a decoder writes for bytes that are no UTF-8, or not yet. */
  private static final char REPLACEMENT = '\uFFFD';

  /** Tokens of context: more than any decoder looks back. */
  private static final int CONTEXT = 8;

  private final Detokenizer detokenizer;
  private int[] ids = new int[64];
  private int count;
  private int contextStart; // the first token that is decoded again
  private int shown; // the tokens whose text was returned

  /** Decodes token ids. */
  @FunctionalInterface
  public interface Detokenizer {
    /**
     * Decodes token ids, leaving out special tokens.
     *
     * @param ids any number of token ids
     * @return their text; bytes that are no UTF-8 become U+FFFD
     */
    String decode(int[] ids);
  }

  /**
   * Starts a text that continues a prompt.
   *
   * @param detokenizer the model's
   * @param prompt the prompt's token ids, whose text is not returned
   */
  public TextStream(Detokenizer detokenizer, int[] prompt) {
    this.detokenizer = detokenizer;
    int context = Math.min(CONTEXT, prompt.length);
    for (int i = prompt.length - context; i < prompt.length; i++) {
      append(prompt[i]);
    }
    shown = count;
  }

  /**
   * Adds a token.
   *
   * @param id the token's id
   * @return the text that is now complete; empty if the token ends inside a character
   */
  public String add(int id) {
    append(id);
    String text = pending();
    if (text.isEmpty() || text.charAt(text.length() - 1) == REPLACEMENT) {
      return "";
    }
    contextStart = Math.max(contextStart, shown - CONTEXT);
    shown = count;
    return text;
  }

  /**
   * Ends the text.
   *
   * @return what was held back; bytes that are no UTF-8 become U+FFFD
   */
  public String end() {
    String text = pending();
    shown = count;
    return text;
  }

  private String pending() {
    String before = decode(shown);
    String all = decode(count);
    return all.length() > before.length() ? all.substring(before.length()) : "";
  }

  private String decode(int end) {
    return detokenizer.decode(Arrays.copyOfRange(ids, contextStart, end));
  }

  private void append(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
  }
}
