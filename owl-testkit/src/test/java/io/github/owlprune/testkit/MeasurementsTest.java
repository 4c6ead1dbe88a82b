package io.github.owlprune.testkit;

import io.github.owlprune.measure.Measurement;
import java.util.List;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The measurements of owl-core keep the contract, but for the one that measures nothing. */
@ParameterizedClass
@MethodSource("measurements")
class MeasurementsTest implements MeasurementContract {
  @Parameter private Measurement measurement;

  static List<Measurement> measurements() {
    return Measurement.all().stream().filter(m -> !m.equals(Measurement.none())).toList();
  }

  @Override
  public Measurement measurement() {
    return measurement;
  }
}
