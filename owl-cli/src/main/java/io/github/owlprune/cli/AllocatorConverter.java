package io.github.owlprune.cli;

import io.github.owlprune.allocation.Allocator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An allocator of the library by its name. */
final class AllocatorConverter implements ITypeConverter<Allocator> {
  @Override
  public Allocator convert(String name) {
    return Allocator.all().stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    name
                        + " is unknown; there are "
                        + Allocator.all().stream().map(Allocator::name).toList()));
  }
}
