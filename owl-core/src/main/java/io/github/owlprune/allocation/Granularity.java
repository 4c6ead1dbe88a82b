package io.github.owlprune.allocation;

/** What gets a sparsity of its own. */
public enum Granularity {
  /** Each block; the linears of a block share its sparsity. The paper's choice. */
  BLOCK,
  /** Each linear, by its own outlier ratio (the paper's appendix: worse). */
  LINEAR
}
