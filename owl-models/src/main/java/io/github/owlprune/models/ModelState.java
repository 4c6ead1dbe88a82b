package io.github.owlprune.models;

/** The life cycle of a model: dense, then pruned or abandoned, and finally closed. */
final class ModelState {
  private enum State {
    DENSE,
    PRUNED,
    ABANDONED,
    CLOSED
  }

  private State state = State.DENSE;

  /**
   * Checks that the model can be read and saved.
   *
   * @throws IllegalStateException if it is abandoned or closed
   */
  void requireUsable() {
    if (state == State.CLOSED) {
      throw new IllegalStateException("the model is closed; open it again");
    }
    if (state == State.ABANDONED) {
      throw new IllegalStateException(
          "a failed or cancelled run left the model half pruned; open it again");
    }
  }

  /**
   * Checks that the model can be pruned.
   *
   * @throws IllegalStateException if it is pruned, abandoned or closed
   */
  void requirePrunable() {
    requireUsable();
    if (state == State.PRUNED) {
      throw new IllegalStateException(
          "the model is already pruned; open it again to prune its dense weights");
    }
  }

  void pruned() {
    state = State.PRUNED;
  }

  void abandoned() {
    if (state != State.CLOSED) {
      state = State.ABANDONED;
    }
  }

  void closed() {
    state = State.CLOSED;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }
}
