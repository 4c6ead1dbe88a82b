package io.github.owlprune.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.owlprune.kernels.provider.KernelProvider;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Once compiled, the chosen kernels create no objects. A vector that C2 puts on the heap, because a
 * kernel outgrew its limits, costs ten times what a product does.
 */
class AllocationTest {
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
              Assertions.assertTimeoutPreemptively(
                  Duration.ofMinutes(3),
                  () -> untilNothingIsAllocated(products, form, x, count, y),
                  form + " with " + count + " inputs");
            }
          }
        }
      }
    }
  }

  private static void untilNothingIsAllocated(
      RowProducts products, PackedMatrix weight, float[] x, int count, float[] y) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    products.multiply(weight, x, count, y);
    long allocated;
    do {
      long before = thread.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10; i++) {
        products.multiply(weight, x, count, y);
      }
      allocated = thread.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > 0);
    assertTrue(allocated == 0);
  }
}
