package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BlasCallersTest {
  @Test
  void aProductWaitsWhileEveryPlaceIsTaken() throws InterruptedException {
    try (Matrix two = Matrix.zeros(1, 1);
        Matrix product = Matrix.zeros(1, 1)) {
      two.write(0, new float[] {2});
      Gemm.Tile factor = new Gemm.Tile(two, 0, 0);
      Thread caller =
          new Thread(() -> Gemm.ab(1, 1, 1, factor, factor, new Gemm.Tile(product, 0, 0)));
      for (int i = 0; i < BlasCallers.MOST; i++) {
        BlasCallers.enter();
      }
      try {
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
          assertTrue(caller.isAlive(), "the product did not wait");
          Thread.onSpinWait();
        }
      } finally {
        for (int i = 0; i < BlasCallers.MOST; i++) {
          BlasCallers.leave();
        }
      }
      caller.join();
      float[] result = new float[1];
      product.read(0, result);
      assertEquals(4f, result[0]);
    }
  }
}
