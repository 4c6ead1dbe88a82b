package io.github.owlprune.measure;

/** The unit that gets a sparsity of its own. */
public enum Granularity {
  /** Each block, whose linears share one sparsity. The paper's choice. */
  BLOCK,
  /** Each linear, by its own measurement. Worse, according to the paper's appendix. */
  LINEAR
}
