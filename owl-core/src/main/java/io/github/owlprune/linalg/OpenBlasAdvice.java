package io.github.owlprune.linalg;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once if the OpenBLAS on the class path is outdated or forced to use generic kernels. Its
 * Java interface does not expose the kernels it chose, so the check relies on the version and on
 * the environment variable that overrides the choice.
 */
final class OpenBlasAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(OpenBlasAdvice.class);

  /** The first 0.3.x with support for the server CPUs of 2023; ND4J 1.0.0-M2.1 includes 0.3.19. */
  private static final int OLDEST = 24;

  private static final Pattern VERSION = Pattern.compile("0\\.3\\.(\\d+)\\b.*");

  /** Kernels without AVX2 or SVE; every server CPU since 2014 has better ones. */
  private static final Set<String> GENERIC =
      Set.of(
          "generic",
          "prescott",
          "core2",
          "nehalem",
          "penryn",
          "dunnington",
          "sandybridge",
          "armv8");

  private static boolean checked;

  private OpenBlasAdvice() {}

  /** Logs a warning on the first call if the setup can be improved. */
  static synchronized void warnOnce() {
    if (!checked) {
      checked = true;
      advice(version(), System.getenv("OPENBLAS_CORETYPE")).ifPresent(LOG::warn);
    }
  }

  /** Returns the version of the OpenBLAS jar, such as {@code 0.3.31-1.5.13}; null if unknown. */
  private static @Nullable String version() {
    try {
      return Loader.getVersion("org.bytedeco", "openblas");
    } catch (IOException e) {
      return null; // a repackaged jar has no version, so there is nothing to check
    }
  }

  /**
   * Returns a recommendation, or empty if there is none.
   *
   * @param version the version of the OpenBLAS jar, null if unknown
   * @param coreType the kernels that OpenBLAS is forced to use, null if it chooses them itself
   */
  static Optional<String> advice(@Nullable String version, @Nullable String coreType) {
    Matcher minor = VERSION.matcher(version == null ? "" : version);
    if (minor.matches() && Integer.parseInt(minor.group(1)) < OLDEST) {
      return Optional.of(
          "OpenBLAS "
              + version
              + " is on the class path. It does not support newer processors, so products may take"
              + " four times as long. Depend on org.bytedeco:openblas and org.bytedeco:javacpp in"
              + " the versions of owl-bom, each also with your platform's classifier.");
    }
    if (coreType != null && GENERIC.contains(coreType.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "The environment variable OPENBLAS_CORETYPE forces OpenBLAS to its "
              + coreType
              + " kernels, so products may take several times as long. Unset it.");
    }
    return Optional.empty();
  }
}
