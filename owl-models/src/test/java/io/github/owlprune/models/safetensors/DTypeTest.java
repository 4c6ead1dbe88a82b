package io.github.owlprune.models.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
  private static float roundTrip(DType dtype, float value) {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    dtype.put(buffer, value);
    assertEquals(dtype.bytes(), buffer.position());
    return dtype.get(buffer, 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyValueSurvivesTheRoundTrip(DType dtype) {
    ByteBuffer buffer = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      buffer.putShort(0, (short) bits);
      float value = dtype.get(buffer, 0);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(roundTrip(dtype, value)));
      } else {
        dtype.put(buffer.rewind(), value);
        assertEquals((short) bits, buffer.getShort(0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void valuesIncreaseWithTheirBits(DType dtype) {
    ByteBuffer buffer = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    float previous = -1;
    int infinity = dtype == DType.F16 ? 0x7c00 : 0x7f80;
    for (int bits = 0; bits <= infinity; bits++) {
      buffer.putShort(0, (short) bits);
      float value = dtype.get(buffer, 0);
      assertTrue(value > previous);
      previous = value;
    }
    assertEquals(Float.POSITIVE_INFINITY, previous);
  }

  /** Neither neighbour of the rounded value is nearer. */
  @Property
  void roundsToTheNearest(@ForAll float value) {
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      float rounded = roundTrip(dtype, value);
      if (!Float.isFinite(rounded)) {
        assertTrue(Math.abs(value) >= (dtype == DType.F16 ? 65520f : 3.39e38f));
        continue;
      }
      double distance = Math.abs((double) value - rounded);
      ByteBuffer buffer = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
      dtype.put(buffer, value);
      short bits = buffer.getShort(0);
      for (int step = -1; step <= 1; step += 2) {
        buffer.putShort(0, (short) (bits + step));
        float neighbour = dtype.get(buffer, 0);
        if (Float.isFinite(neighbour)) {
          assertTrue(distance <= Math.abs((double) value - neighbour));
        }
      }
    }
  }

  @Test
  void tiesGoToEven() {
    assertEquals(1f, roundTrip(DType.BF16, 1f + 0x1p-8f));
    assertEquals(1f + 0x1p-6f, roundTrip(DType.BF16, 1f + 0x1p-7f + 0x1p-8f));
    assertEquals(1f, roundTrip(DType.F16, 1f + 0x1p-11f));
    assertEquals(1f + 0x1p-9f, roundTrip(DType.F16, 1f + 0x1p-10f + 0x1p-11f));
    assertEquals(0f, roundTrip(DType.F16, 0x1p-25f));
    assertEquals(0x1p-23f, roundTrip(DType.F16, 0x1.8p-24f));
  }
}
