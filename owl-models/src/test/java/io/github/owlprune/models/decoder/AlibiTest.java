package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AlibiTest {
  @Test
  void slopesOfAPowerOfTwoAreAGeometricSequence() {
    Alibi alibi = new Alibi(8);
    for (int h = 0; h < 8; h++) {
      assertEquals((float) Math.pow(0.5, h + 1), alibi.slope(h));
    }
  }

  @Test
  void otherHeadCountsAddEverySecondSlopeOfTwiceThePower() {
    Alibi alibi = new Alibi(6);
    // 4 heads: 2^-2, 2^-4, 2^-6, 2^-8; then the first and third of 8 heads: 2^-1, 2^-3.
    float[] expected = {0.25f, 0.0625f, 0.015625f, 0.00390625f, 0.5f, 0.125f};
    for (int h = 0; h < expected.length; h++) {
      assertEquals(expected[h], alibi.slope(h));
    }
  }

  @Test
  void aBiasIsTheSlopeTimesTheKeysPosition() {
    float[] scores = {1, 1, 1, 9};
    new Alibi(2).apply(scores, 3, 0, 10);
    float slope = 0.0625f; // 2^-4
    float[] expected = {1 + 10 * slope, 1 + 11 * slope, 1 + 12 * slope, 9};
    assertArrayEquals(expected, scores);
  }

  @Test
  void biasesInBfloat16HaveEightBits() {
    float[] scores = new float[2];
    Alibi.inBfloat16(8, 2).apply(scores, 2, 0, 257);
    // 257 is halfway between 256 and 258, and rounds to the even 256; 258 is exact.
    assertArrayEquals(new float[] {256, 258}, scores);
  }
}
