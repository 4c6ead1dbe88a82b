package io.github.owlprune.kernels.provider;

/** A set of kernels, one for each form of a weight. */
public interface KernelProvider {
  /**
   * Returns the name that reports give it.
   *
   * @return for example {@code plain} or {@code vector-512}
   */
  String name();

  /**
   * Returns the products of a weight's rows. A provider with a layout of its own rewrites the
   * weight here, once.
   *
   * @param weight a checked weight
   * @return its products
   */
  RowKernel kernel(Layout weight);
}
