package io.github.owlprune.models.decoder;

/**
 * Sizes of grouped-query attention (arXiv 2305.13245).
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize values a head
 * @param rotary the positions of queries and keys
 */
public record AttentionShape(int heads, int keyValueHeads, int headSize, Rotary rotary) {
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

  float scale() {
    return (float) (1 / Math.sqrt(headSize));
  }
}
