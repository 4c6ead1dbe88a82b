package io.github.owlprune.models.decoder;

/**
 * What follows the product with the vocabulary matrix: {@code y = softCap(scale · (x + b))}, for
 * one tile of the vocabulary at a time.
 */
final class LogitChange {
  private final HeadRecipe head;
  private final float[] bias; // [rows of a tile], empty without a bias

  LogitChange(HeadRecipe head, int tileRows) {
    this.head = head;
    this.bias = new float[head.bias() == null ? 0 : tileRows];
  }

  /** Loads the biases of a tile. */
  void load(WeightStore weights, int firstId, int count) {
    if (head.bias() != null) {
      weights.read(head.bias(), firstId, bias, count);
    }
  }

  /** Changes the logits of the loaded tile in place. */
  void apply(float[] logits, int count) {
    if (head.bias() != null) {
      for (int i = 0; i < count; i++) {
        logits[i] += bias[i];
      }
    }
    if (head.scale() != 1) {
      for (int i = 0; i < count; i++) {
        logits[i] *= head.scale();
      }
    }
    if (head.softCap() != null) {
      head.softCap().apply(logits, count);
    }
  }
}
