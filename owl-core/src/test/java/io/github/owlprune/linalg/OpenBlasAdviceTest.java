package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenBlasAdviceTest {
  private static final String NEW = "0.3.31-1.5.13";

  @ParameterizedTest
  @ValueSource(strings = {"0.3.19-1.5.7", "0.3.23-1.5.9", "0.3.23", "0.3.2"})
  void anOldVersionIsNamedWithARemedy(String version) {
    String advice = OpenBlasAdvice.advice(version, null).orElseThrow();
    assertTrue(advice.contains("OpenBLAS " + version), advice);
    assertTrue(advice.contains("org.bytedeco:openblas"), advice);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Prescott", "PRESCOTT", "generic", "armv8", "Sandybridge"})
  void genericKernelsAreNamedWithARemedy(String coreType) {
    String advice = OpenBlasAdvice.advice(NEW, coreType).orElseThrow();
    assertTrue(advice.contains("its " + coreType + " kernels"), advice);
    assertTrue(advice.contains("Unset"), advice);
  }

  @Test
  void theVersionComesFirst() {
    String advice = OpenBlasAdvice.advice("0.3.19-1.5.7", "Prescott").orElseThrow();
    assertTrue(advice.contains("0.3.19-1.5.7"), advice);
  }

  @ParameterizedTest
  @ValueSource(strings = {NEW, "0.3.24-1.5.10", "0.3.100"})
  void aNewVersionThatChoosesItsKernelsNeedsNoAdvice(String version) {
    assertEquals(Optional.empty(), OpenBlasAdvice.advice(version, null));
    assertEquals(Optional.empty(), OpenBlasAdvice.advice(version, "SkylakeX"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "1.0", "0.4.2-1.6", "0.3", "0.3.x", "unknown"})
  void nothingIsSaidOfAnUnknownVersion(String version) {
    assertEquals(Optional.empty(), OpenBlasAdvice.advice(version, null));
    assertTrue(OpenBlasAdvice.advice(version, "Prescott").isPresent(), "but the kernels are known");
  }
}
