package io.github.owlprune.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.github.owlprune.kernels.provider.KernelProvider;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Once compiled, the chosen kernels create no objects. A vector that C2 puts on the heap, because a
 * kernel outgrew its limits, costs ten times what a product does.
 */
class AllocationTest {
  /** C2 compiles a kernel after some ten thousand loops, and needs time while products go on. */
  private static final int ROUNDS = 1_000_000;

  @Test
  void allocatesNothing() {
    KernelProvider provider = Kernels.chosen();
    float[] x = RandomWeights.values(2, 8 * 512);
    float[] y = new float[8 * 64];
    try (RowProducts products = RowProducts.open(1, provider)) {
      for (ValueType type : ValueType.values()) {
        for (int group : type == ValueType.INT8 ? new int[] {0, 64} : new int[] {0}) {
          PackedMatrix weight =
              RandomWeights.pack(RandomWeights.rows(1, 64, 512, 0.5, false), type, group);
          for (PackedMatrix form : new PackedMatrix[] {weight, RandomWeights.otherForm(weight)}) {
            for (int count : new int[] {1, 8}) {
              long allocated = allocatedOnceCompiled(products, form, x, count, y);
              assertEquals(0, allocated, form + " with " + count + " inputs");
            }
          }
        }
      }
    }
  }

  /** Returns the bytes of ten products, as soon as they are 0 or after enough to be compiled. */
  private static long allocatedOnceCompiled(
      RowProducts products, PackedMatrix weight, float[] x, int count, float[] y) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    products.multiply(weight, x, count, y);
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && allocated > 0; round++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10; i++) {
        products.multiply(weight, x, count, y);
      }
      allocated = thread.getCurrentThreadAllocatedBytes() - before;
    }
    return allocated;
  }
}
