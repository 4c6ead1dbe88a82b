package io.github.owlprune.cli;

import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts numbers, and refuses those out of range with what is allowed. */
final class NumberConverters {
  private NumberConverters() {}

  static Integer integer(String text) {
    return parsed(text, Integer::valueOf, "a whole number");
  }

  static Long integer64(String text) {
    return parsed(text, Long::valueOf, "a whole number");
  }

  static Double number(String text) {
    return parsed(text, Double::valueOf, "a number");
  }

  private static <T> T parsed(String text, Function<String, T> parser, String kind) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not " + kind);
    }
  }

  /** Converts a count of at least 1. */
  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      int count = integer(text);
      if (count < 1) {
        throw new TypeConversionException(text + " was given; at least 1 is needed");
      }
      return count;
    }
  }

  /** Converts a fraction from 0 to below 1; of a percentage, says which fraction it is. */
  static final class Fraction implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      double value = number(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
      if (value >= 0 && value < 1 && !text.endsWith("%")) {
        return value;
      }
      String meant =
          (value >= 1 && value < 100) || (text.endsWith("%") && value >= 0 && value < 100)
              ? "; for " + percent(value) + " % give " + percent(value / 100)
              : "";
      throw new TypeConversionException(
          text + " was given; it must be at least 0 and below 1" + meant);
    }

    /** Formats a number without the noise of binary fractions. */
    private static String percent(double value) {
      String digits = String.format(Locale.ROOT, "%.6f", value);
      return digits.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
  }

  /** Converts a threshold M above 0. */
  static final class Threshold implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      double value = number(text);
      if (!(value > 0 && Double.isFinite(value))) {
        throw new TypeConversionException(
            text + " was given; it must be above 0, such as 5 (3 to 10 are usual)");
      }
      return value;
    }
  }
}
