package io.github.owlprune.cli;

import io.github.owlprune.admm.Admm;
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
  /** For the linear as a whole, and the weights that stay are fitted. */
  ADMM(new Admm()),
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

  boolean gathersHessians() {
    return this == SPARSEGPT || this == ADMM;
  }
}
