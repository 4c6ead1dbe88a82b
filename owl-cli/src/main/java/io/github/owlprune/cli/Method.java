package io.github.owlprune.cli;

import io.github.owlprune.pruning.Magnitude;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.sparsegpt.SparseGpt;
import io.github.owlprune.wanda.Wanda;

/** Which weights go. */
enum Method {
  /** By weights and activations. */
  WANDA(new Wanda()),
  /** By second-order statistics, and the weights that stay make good for those that go. */
  SPARSEGPT(new SparseGpt()),
  /** By weights alone. */
  MAGNITUDE(new Magnitude());

  @SuppressWarnings("ImmutableEnumChecker") // pruners have no state
  private final Pruner<?> pruner;

  Method(Pruner<?> pruner) {
    this.pruner = pruner;
  }

  Pruner<?> pruner() {
    return pruner;
  }
}
