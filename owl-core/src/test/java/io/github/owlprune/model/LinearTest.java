package io.github.owlprune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {
  @ParameterizedTest
  @CsvSource({"0, 4", "4, 0", "-1, 4"})
  void aLinearWithoutWeightsIsRefusedByName(int outputs, int inputs) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Linear("fc", outputs, inputs, "x"))
            .getMessage();
    assertTrue(message.startsWith("fc has shape [" + outputs + ", " + inputs + "]"), message);
    assertEquals(1, new Linear("fc", 1, 1, "x").weights());
  }
}
