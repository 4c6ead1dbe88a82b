package io.github.owlprune.models.decoder;

/**
 * Sizes of grouped-query attention (arXiv 2305.13245), and who sees whom.
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize values a head
 * @param rotary the positions of queries and keys
 * @param window how many tokens a query sees, its own the last of them: at least 1, {@link
 *     #EVERYTHING} for all before it
 * @param scale what {@code q · k} is multiplied by
 */
public record AttentionShape(
    int heads, int keyValueHeads, int headSize, Rotary rotary, int window, float scale) {
  /** The window of attention that looks back to the first token. */
  public static final int EVERYTHING = Integer.MAX_VALUE;

  /**
   * Attention to all tokens before, with scores {@code q · k / √headSize}.
   *
   * @param heads query heads
   * @param keyValueHeads key and value heads; divides {@code heads}
   * @param headSize values a head
   * @param rotary the positions of queries and keys
   */
  public AttentionShape(int heads, int keyValueHeads, int headSize, Rotary rotary) {
    this(heads, keyValueHeads, headSize, rotary, EVERYTHING, (float) (1 / Math.sqrt(headSize)));
  }

  /**
   * The same with another window.
   *
   * @param tokens how many tokens a query sees, at least 1, or {@link #EVERYTHING}
   * @return a new shape
   */
  public AttentionShape withWindow(int tokens) {
    return new AttentionShape(heads, keyValueHeads, headSize, rotary, tokens, scale);
  }

  /**
   * The same with another scale.
   *
   * @param factor what {@code q · k} is multiplied by
   * @return a new shape
   */
  public AttentionShape withScale(double factor) {
    return new AttentionShape(heads, keyValueHeads, headSize, rotary, window, (float) factor);
  }

  int queryWidth() {
    return heads * headSize;
  }

  int keyWidth() {
    return keyValueHeads * headSize;
  }

  /** How many query heads read the same key-value head. */
  int group() {
    return heads / keyValueHeads;
  }

  /** The first token that the query at a position sees. */
  int firstSeen(int position) {
    return Math.max(0, position + 1 - window);
  }

  /** About how many pairs of a query and a key that it sees there are among T tokens. */
  double pairs(int tokens) {
    double within = Math.min(tokens, window);
    return within * (tokens - within / 2);
  }
}
