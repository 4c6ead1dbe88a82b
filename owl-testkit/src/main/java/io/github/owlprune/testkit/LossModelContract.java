package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenLoss;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a {@link LossModel} must do beyond the contract of a model. */
public interface LossModelContract extends ModelContract {
  @Override
  LossModel model() throws IOException;

  /**
   * Checks that the loss is finite, depends on the hidden states, does not change them, and is the
   * same for any number of threads.
   */
  @Test
  default void lossIsReproducible() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      float[] hidden = test.last();
      double loss = loss(test, hidden, 1);
      assertTrue(Double.isFinite(loss), "the loss is " + loss);
      assertArrayEquals(test.last(), hidden, "the states were changed");
      assertEquals(loss, loss(test, hidden, 3), "with 3 threads");
      assertNotEquals(loss, loss(test, test.embedded(), 1), "the loss ignores the states");
    }
  }

  /** Checks that states that hold NaN are refused. */
  @Test
  default void lossOfNanIsRefused() {
    try (ModelUnderTest test = new ModelUnderTest(this)) {
      float[] hidden = test.last();
      hidden[test.model.width() / 2] = Float.NaN;
      assertThrows(ArithmeticException.class, () -> loss(test, hidden, 1));
    }
  }

  private double loss(ModelUnderTest test, float[] hidden, int threads) {
    LossModel model = (LossModel) test.model;
    try (Workers workers = Workers.open(threads);
        OpenLoss loss = model.openLoss(workers)) {
      return loss.mean(sequence(), hidden);
    }
  }
}
