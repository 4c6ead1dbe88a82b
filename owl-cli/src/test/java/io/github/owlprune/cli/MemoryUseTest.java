package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.pipeline.HiddenStateType;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MemoryUseTest {
  private static final long MOST = 1L << 45;

  @Property
  void whatIsGivenIsNeverPassed(
      @ForAll @LongRange(max = MOST) long fixed,
      @ForAll @LongRange(max = MOST) long states,
      @ForAll @LongRange(max = MOST) long memory,
      @ForAll HiddenStateType type) {
    Estimate estimate = new Estimate(1, 1, fixed, 0, 0, states);
    if (fixed > memory) {
      assertThrows(
          IllegalArgumentException.class, () -> MemoryUse.of(estimate, memory, memory, type));
      return;
    }
    MemoryUse use = MemoryUse.of(estimate, memory, memory, type);
    assertTrue(use.bytes() <= memory);
    assertEquals(use.inFile(), states > use.hiddenStateMemory());
    assertEquals(fixed + (use.inFile() ? 0 : states), use.bytes());
    if (use.inFile()) {
      assertEquals(states / Float.BYTES * type.bytes(), use.fileBytes());
    }
  }

  @Test
  void statesThatFitTheMemoryButNotTheHeapGoToAFile() {
    Estimate estimate = new Estimate(1, 1, 100, 0, 0, 800);
    assertTrue(MemoryUse.of(estimate, 2000, 1000, HiddenStateType.FLOAT32).inFile());
    assertTrue(!MemoryUse.of(estimate, 2000, 1200, HiddenStateType.FLOAT32).inFile());
  }

  /** Of 1,000 bytes, 700 are statistics, 500 more than those of the widest input. */
  @Test
  void statisticsThatDoNotFitTogetherAreDivided() {
    Estimate estimate = new Estimate(1, 1, 1000, 700, 500, 90);
    HiddenStateType type = HiddenStateType.FLOAT32;
    assertEquals(Long.MAX_VALUE, MemoryUse.of(estimate, 1000, 1000, type).statisticsMemory());
    MemoryUse divided = MemoryUse.of(estimate, 600, 1000, type);
    assertEquals(300, divided.statisticsMemory());
    assertEquals(600, divided.bytes());
    assertTrue(divided.inFile());
    assertEquals(200, MemoryUse.of(estimate, 500, 1000, type).statisticsMemory());
    for (Estimate refused : List.of(estimate, estimate.undivided())) {
      long memory = refused.divisibleBytes() == 0 ? 999 : 499;
      assertThrows(IllegalArgumentException.class, () -> MemoryUse.of(refused, memory, 1000, type));
    }
  }

  @Test
  void aRefusalSaysHowMuchIsNeeded() {
    Estimate estimate = new Estimate(1, 1, (3L << 20) + 1, 0, 0, 0);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> MemoryUse.of(estimate, 2L << 20, 1L << 20, HiddenStateType.FLOAT32))
            .getMessage();
    assertTrue(message.contains("4 MiB") && message.contains("2 MiB"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "1k, 1024",
    "900m, 943718400",
    "4g, 4294967296",
    "4G, 4294967296",
    "2t, 2199023255552"
  })
  void sizesAreAsTheJvmHasThem(String text, long bytes) {
    assertEquals(bytes, new SizeConverter().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "g", "4gb", "4.5g", "-4g", "0g", "04g", "12345678g", "4 g"})
  void whatIsNoSizeIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new SizeConverter().convert(text));
  }
}
