package io.github.owlprune.cli;

import io.github.owlprune.allocation.Allocator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts a name to one of the library's allocators. */
final class AllocatorConverter implements ITypeConverter<Allocator> {
  @Override
  public Allocator convert(String name) {
    return Allocator.all().stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + name
                        + "' is not one of "
                        + Allocator.all().stream()
                            .map(Allocator::name)
                            .collect(Collectors.joining(", "))));
  }

  /** Returns the names of the allocators that run without calibration. */
  static String withoutInputs() {
    return Allocator.all().stream()
        .filter(a -> !a.measurement().needsInputs())
        .map(Allocator::name)
        .collect(Collectors.joining(", "));
  }
}
