package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.KernelProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * Every provider that this JVM has: all widths of vectors, if it was started with the Vector API.
 */
final class Providers {
  static final List<KernelProvider> ALL = all();

  private Providers() {}

  private static List<KernelProvider> all() {
    List<KernelProvider> all = new ArrayList<>();
    all.add(Kernels.named("plain"));
    if (hasVectors()) {
      for (int bits = 128; bits <= 512; bits *= 2) {
        all.add(Kernels.named("vector-" + bits));
      }
    }
    return all;
  }

  static boolean hasVectors() {
    return Runtime.version().feature() >= 21
        && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
