package io.github.owlprune.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HiddenStatesTest {
  private static float bfloat16(float value) {
    ByteBuffer buffer = ByteBuffer.allocate(2);
    HiddenStateType.BFLOAT16.put(buffer, new float[] {value}, 0, 1);
    float[] back = new float[1];
    HiddenStateType.BFLOAT16.get(buffer, back, 0, 1);
    return back[0];
  }

  private static float neighbour(float value, int step) {
    return Float.intBitsToFloat(((Float.floatToRawIntBits(value) >>> 16) + step) << 16);
  }

  @Property
  void bfloat16IsTheNearest(@ForAll float value) {
    float rounded = bfloat16(value);
    if (Float.isInfinite(rounded)) {
      assertTrue(Math.abs(value) > 3.38e38f);
      return;
    }
    BigDecimal off = distance(rounded, value);
    for (int step : new int[] {-1, 1}) {
      float other = neighbour(rounded, step);
      if (Float.isFinite(other) && Math.signum(other) == Math.signum(rounded)) {
        int nearer = off.compareTo(distance(other, value));
        assertTrue(nearer <= 0, value + " became " + rounded + ", but " + other + " is nearer");
        if (nearer == 0) {
          assertEquals(0, (Float.floatToRawIntBits(rounded) >>> 16) & 1, "ties go to even");
        }
      }
    }
  }

  private static BigDecimal distance(float a, float b) {
    return new BigDecimal(a).subtract(new BigDecimal(b)).abs();
  }

  @Test
  void bfloat16KeepsNanAndInfinity() {
    assertTrue(Float.isNaN(bfloat16(Float.NaN)));
    assertTrue(Float.isNaN(bfloat16(Float.intBitsToFloat(0x7f800001))));
    assertEquals(Float.NEGATIVE_INFINITY, bfloat16(Float.NEGATIVE_INFINITY));
  }

  @Test
  void keptStatesAreNotOverwritten() {
    int[] floats = {3, 600_000};
    try (StatesFile file = new StatesFile(null, HiddenStateType.FLOAT32, floats);
        HiddenStatesInFile states = new HiddenStatesInFile(file, floats)) {
      put(states, 0, 1);
      put(states, 1, 2);
      OptionalInt place = states.keep();
      for (int round = 0; round < 3; round++) {
        put(states, 0, 10 + round);
        put(states, 1, 20 + round);
      }
      assertFirstAndLast(12, states.get(0));
      assertFirstAndLast(22, states.get(1));
      states.restore(place.orElseThrow());
      assertFirstAndLast(1, states.get(0));
      assertFirstAndLast(2, states.get(1));
    }
  }

  private static void put(HiddenStates states, int sequence, float value) {
    float[] hidden = states.get(sequence);
    Arrays.fill(hidden, value);
    states.put(sequence, hidden);
  }

  private static void assertFirstAndLast(float value, float[] hidden) {
    assertArrayEquals(
        new float[] {value, value}, new float[] {hidden[0], hidden[hidden.length - 1]});
  }
}
