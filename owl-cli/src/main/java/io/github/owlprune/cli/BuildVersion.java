package io.github.owlprune.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote beside this class. */
final class BuildVersion implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    try (InputStream in = BuildVersion.class.getResourceAsStream("version.txt")) {
      byte[] version = Objects.requireNonNull(in).readAllBytes();
      return new String[] {"owl " + new String(version, StandardCharsets.UTF_8).strip()};
    }
  }
}
