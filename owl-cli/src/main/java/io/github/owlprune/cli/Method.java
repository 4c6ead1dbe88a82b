package io.github.owlprune.cli;

import static io.github.owlprune.admm.Admm.admm;
import static io.github.owlprune.compress.Magnitude.magnitude;
import static io.github.owlprune.compress.Refit.refit;
import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.statistics.Hessian;

/** The pruning methods. */
enum Method {
  /** Scores weights by their magnitude and the norm of their input. */
  WANDA(wanda()),
  /** Uses second-order statistics and updates the remaining weights to compensate. */
  SPARSEGPT(sparseGpt()),
  /** Optimises each linear as a whole and fits the remaining weights. */
  ADMM(admm()),
  /** Scores weights by their magnitude only. */
  MAGNITUDE(magnitude());

  @SuppressWarnings("ImmutableEnumChecker") // strategies are stateless
  private final Compressor compressor;

  Method(Compressor compressor) {
    this.compressor = compressor;
  }

  /** Returns the strategy, re-fitting after it if requested. */
  Compressor compressor(boolean refit) {
    return refit ? refit(compressor) : compressor;
  }

  boolean gathersHessians() {
    return compressor.statistics().contains(Hessian.KIND);
  }
}
