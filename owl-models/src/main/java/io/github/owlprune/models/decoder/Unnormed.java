package io.github.owlprune.models.decoder;

/** {@code y = x}, where a block has no norm. */
final class Unnormed implements Norm {
  private final int width;

  Unnormed(int width) {
    this.width = width;
  }

  @Override
  public void apply(float[] hidden, int offset, float[] into, int at) {
    System.arraycopy(hidden, offset, into, at, width);
  }
}
