package io.github.owlprune.testkit;

import io.github.owlprune.allocation.Allocator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The allocators of owl-core keep the contract. */
@ParameterizedClass
@MethodSource("allocators")
class AllocatorsTest implements AllocatorContract {
  private static final Set<String> BY_DEPTH = Set.of("depth", "er-plus", "sensitivity");

  @Parameter private Allocator allocator;

  static List<Allocator> allocators() {
    return Allocator.all();
  }

  @Override
  public Allocator allocator() {
    return allocator;
  }

  @Override
  public boolean dependsOnOrder() {
    return BY_DEPTH.contains(allocator.name());
  }
}
