package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.KernelProvider;
import io.github.owlprune.kernels.provider.Layout;
import io.github.owlprune.kernels.provider.RowKernel;

/** Kernels in plain Java. */
public final class PlainKernels implements KernelProvider {
  /** Creates the provider. */
  public PlainKernels() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public RowKernel kernel(Layout weight) {
    return switch (weight.form()) {
      case DENSE_FLOAT32 -> new DenseFloat32(weight);
      case DENSE_BFLOAT16 -> new DenseBfloat16(weight);
      case DENSE_INT8 -> new DenseInt8(weight);
      case BITMASK_FLOAT32 -> new BitmaskFloat32(weight);
      case BITMASK_BFLOAT16 -> new BitmaskBfloat16(weight);
      case BITMASK_INT8 -> new BitmaskInt8(weight);
    };
  }
}
