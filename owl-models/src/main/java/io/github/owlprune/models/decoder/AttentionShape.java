package io.github.owlprune.models.decoder;

import org.jspecify.annotations.Nullable;

/**
 * The sizes of grouped-query attention (arXiv 2305.13245), its positions, window and scale.
 *
 * @param heads the number of query heads
 * @param keyValueHeads the number of key-value heads; divides {@code heads}
 * @param headSize the dimensions of a head
 * @param rotary the position embedding of queries and keys
 * @param window how many tokens a query attends to, up to and including its own: at least 1, or
 *     {@link #NO_WINDOW}
 * @param scale the factor of {@code q · k}
 * @param queryScale a further factor that depends on the query's position, null for none
 * @param scoreChange a change applied to the scores before the softmax, or null for none
 * @param clip the largest magnitude of a number in queries, keys and values, beyond which it is
 *     clipped before the rotation; infinite for no limit
 */
public record AttentionShape(
    int heads,
    int keyValueHeads,
    int headSize,
    Rotary rotary,
    int window,
    float scale,
    @Nullable QueryScale queryScale,
    @Nullable ScoreChange scoreChange,
    float clip) {
  /** The window of attention to all preceding tokens. */
  public static final int NO_WINDOW = Integer.MAX_VALUE;

  /**
   * Creates attention to all preceding tokens with scores {@code q · k / √headSize}.
   *
   * @param heads the number of query heads
   * @param keyValueHeads the number of key-value heads; divides {@code heads}
   * @param headSize the dimensions of a head
   * @param rotary the position embedding of queries and keys
   */
  public AttentionShape(int heads, int keyValueHeads, int headSize, Rotary rotary) {
    this(
        heads,
        keyValueHeads,
        headSize,
        rotary,
        NO_WINDOW,
        (float) (1 / Math.sqrt(headSize)),
        null,
        null,
        Float.POSITIVE_INFINITY);
  }

  /**
   * Returns the same shape with another window.
   *
   * @param tokens how many tokens a query attends to, at least 1, or {@link #NO_WINDOW}
   * @return a new shape
   */
  public AttentionShape withWindow(int tokens) {
    return new AttentionShape(
        heads, keyValueHeads, headSize, rotary, tokens, scale, queryScale, scoreChange, clip);
  }

  /**
   * Returns the same shape with another scale.
   *
   * @param factor the factor of {@code q · k}
   * @return a new shape
   */
  public AttentionShape withScale(double factor) {
    return new AttentionShape(
        heads,
        keyValueHeads,
        headSize,
        rotary,
        window,
        (float) factor,
        queryScale,
        scoreChange,
        clip);
  }

  /**
   * Returns the same shape with a factor that depends on the query's position.
   *
   * @param factor the factor, applied besides {@link #scale}
   * @return a new shape
   */
  public AttentionShape withQueryScale(QueryScale factor) {
    return new AttentionShape(
        heads, keyValueHeads, headSize, rotary, window, scale, factor, scoreChange, clip);
  }

  /**
   * Returns the same shape with a change of the scores.
   *
   * @param change a change applied to the scores before the softmax
   * @return a new shape
   */
  public AttentionShape withScoreChange(ScoreChange change) {
    return new AttentionShape(
        heads, keyValueHeads, headSize, rotary, window, scale, queryScale, change, clip);
  }

  /**
   * Returns the same shape with clipped queries, keys and values.
   *
   * @param limit the largest magnitude, above 0
   * @return a new shape
   */
  public AttentionShape withClip(double limit) {
    return new AttentionShape(
        heads,
        keyValueHeads,
        headSize,
        rotary,
        window,
        scale,
        queryScale,
        scoreChange,
        (float) limit);
  }

  /** Clips the first {@code count} values of a row of queries, keys or values. */
  void clip(float[] row, int count) {
    if (clip < Float.POSITIVE_INFINITY) {
      for (int i = 0; i < count; i++) {
        row[i] = Math.max(-clip, Math.min(clip, row[i]));
      }
    }
  }

  /** Returns the factor of a query at a position. */
  float scale(int position) {
    return queryScale == null ? scale : scale * queryScale.factor(position);
  }

  /** Returns Q. */
  int queryWidth() {
    return heads * headSize;
  }

  /** Returns K. */
  int keyWidth() {
    return keyValueHeads * headSize;
  }

  /** Returns the number of query heads that share a key-value head. */
  int group() {
    return heads / keyValueHeads;
  }

  /** Returns the position of the first key that the query at a position attends to. */
  int firstVisible(int position) {
    return Math.max(0, position + 1 - window);
  }

  /** Returns the approximate number of pairs of a query and a key it attends to. */
  double visiblePairs(int tokens) {
    double within = Math.min(tokens, window);
    return within * (tokens - within / 2);
  }
}
