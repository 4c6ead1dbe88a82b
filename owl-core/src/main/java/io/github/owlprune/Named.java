package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import java.util.function.Supplier;

/** Puts a linear's full name before what went wrong with its numbers. */
final class Named {
  private Named() {}

  static <T> T naming(Block block, Linear linear, Supplier<T> work) {
    try {
      return work.get();
    } catch (ArithmeticException e) {
      ArithmeticException named =
          new ArithmeticException(block.name() + "." + linear.name() + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }
}
