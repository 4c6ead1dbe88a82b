package io.github.owlprune.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts a name in any case to a constant.
 *
 * @param <E> the type of the constants
 */
final class NameConverter<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  NameConverter(Class<E> type) {
    this.type = type;
  }

  @Override
  public E convert(String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("'" + name + "' is not one of " + names(type)));
  }

  private static String names(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
