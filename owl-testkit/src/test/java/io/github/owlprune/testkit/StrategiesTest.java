package io.github.owlprune.testkit;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static io.github.owlprune.compress.Refit.refit;

import io.github.owlprune.compress.Compressor;
import org.junit.jupiter.api.Nested;

/** The strategies of owl-core keep the contract. */
class StrategiesTest {
  @Nested
  class MagnitudeTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return magnitude();
    }
  }

  @Nested
  class RefittedMagnitudeTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return refit(magnitude());
    }
  }
}
