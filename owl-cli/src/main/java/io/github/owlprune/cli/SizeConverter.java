package io.github.owlprune.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts sizes in the format of JVM flags: an integer followed by k, m, g or t. */
final class SizeConverter implements ITypeConverter<Long> {
  private static final String UNITS = "kmgt";

  @Override
  public Long convert(String text) {
    String size = text.toLowerCase(Locale.ROOT);
    if (!size.matches("[1-9]\\d{0,6}[kmgt]")) {
      throw new TypeConversionException(
          "'" + text + "' is not a size; give an integer followed by k, m, g or t, such as 4g");
    }
    int unit = UNITS.indexOf(size.charAt(size.length() - 1)) + 1;
    return Long.parseLong(size.substring(0, size.length() - 1)) << (10 * unit);
  }
}
