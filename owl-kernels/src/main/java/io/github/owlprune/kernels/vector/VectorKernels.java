package io.github.owlprune.kernels.vector;

import static java.lang.invoke.MethodType.methodType;

import io.github.owlprune.kernels.plain.PlainKernels;
import io.github.owlprune.kernels.provider.KernelProvider;
import io.github.owlprune.kernels.provider.Layout;
import io.github.owlprune.kernels.provider.RowKernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernels by the Vector API for vectors of 128, 256 or 512 bits.
 *
 * <p>C2 has an instruction for {@code expand} of bytes and shorts only with AVX-512 VBMI2, and
 * without one its speed is that of an interpreter. On other machines a bitmask is left to the plain
 * kernels, unless a width was asked for by name.
 */
public final class VectorKernels implements KernelProvider {
  private final int bits;
  private final boolean expands;
  private final PlainKernels plain = new PlainKernels();
  private final Map<String, MethodHandle> constructors = new ConcurrentHashMap<>();

  private final LaneSums sums;

  private VectorKernels(int bits, boolean expands) {
    this.bits = bits;
    this.expands = expands;
    try {
      this.sums = (LaneSums) define("HalvedLaneSums", methodType(void.class)).invoke();
    } catch (Throwable thrown) {
      throw Expand.failure(thrown);
    }
  }

  /**
   * Returns the kernels for the widest vectors of this machine.
   *
   * @return the kernels
   * @throws UnsupportedOperationException if this JVM's Vector API lacks {@code expand}
   */
  public static VectorKernels preferred() {
    requireExpand();
    int bits = Math.min(512, Species.preferredBits());
    return new VectorKernels(bits, bits == 512 && hasVbmi2());
  }

  /**
   * Returns the kernels for a width, whatever the machine is fast at.
   *
   * @param bits 128, 256 or 512
   * @return the kernels
   * @throws IllegalArgumentException if the width is another
   * @throws UnsupportedOperationException if this JVM's Vector API lacks {@code expand}
   */
  public static VectorKernels ofBits(int bits) {
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException(
          "vectors of " + bits + " bits were requested; there are kernels for 128, 256 and 512");
    }
    requireExpand();
    return new VectorKernels(bits, true);
  }

  private static void requireExpand() {
    try {
      MethodHandles.lookup().ensureInitialized(Expand.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof UnsupportedOperationException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Linux says what the processor has; elsewhere 512 bits are taken to come with VBMI2. */
  private static boolean hasVbmi2() {
    Path processors = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(processors)) {
      return true;
    }
    try {
      return Files.readString(processors).contains("avx512_vbmi2");
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public String name() {
    return "vector-" + bits + (expands ? "" : " (bitmasks: plain)");
  }

  @Override
  public RowKernel kernel(Layout weight) {
    boolean groups = weight.group() > 0;
    return switch (weight.form()) {
      case DENSE_FLOAT32 -> create("DenseFloat32", weight);
      case DENSE_BFLOAT16 -> create("DenseBfloat16", weight);
      case DENSE_INT8 -> create(groups ? "DenseInt8Groups" : "DenseInt8", weight);
      case BITMASK_FLOAT32 -> bitmask("BitmaskFloat32", weight);
      case BITMASK_BFLOAT16 -> bitmask("BitmaskBfloat16", weight);
      case BITMASK_INT8 -> bitmask(groups ? "BitmaskInt8Groups" : "BitmaskInt8", weight);
    };
  }

  private RowKernel bitmask(String kernel, Layout weight) {
    return expands ? create(kernel, weight) : plain.kernel(weight);
  }

  private RowKernel create(String kernel, Layout weight) {
    try {
      return (RowKernel)
          constructors
              .computeIfAbsent(
                  kernel, k -> define(k, methodType(void.class, Layout.class, LaneSums.class)))
              .invoke(weight, sums);
    } catch (Throwable thrown) {
      throw Expand.failure(thrown);
    }
  }

  /**
   * Defines the copy of a kernel's class whose vectors have this width, and finds its constructor.
   */
  private MethodHandle define(String kernel, MethodType constructor) {
    try (InputStream file = VectorKernels.class.getResourceAsStream(kernel + ".class")) {
      if (file == null) {
        throw new IllegalStateException("no class " + kernel);
      }
      MethodHandles.Lookup copy =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(file.readAllBytes(), bits / Float.SIZE, true);
      return copy.findConstructor(copy.lookupClass(), constructor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
