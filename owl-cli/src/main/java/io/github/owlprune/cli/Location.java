package io.github.owlprune.cli;

import io.github.owlprune.calibration.Calibration;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/**
 * Where data is: a file, a folder or a glob.
 *
 * @param text as the user wrote it
 */
record Location(String text) {
  /** Returns the path, or null for a glob that is none, as on Windows. */
  @Nullable Path path() {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Returns the path of a file of token ids, or null if it is anything else. */
  @Nullable Path ids() throws IOException {
    Path path = path();
    return path != null && Calibration.isIds(path) ? path : null;
  }

  /** Takes any text. */
  static final class Converter implements ITypeConverter<Location> {
    @Override
    public Location convert(String text) {
      return new Location(text);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
