package io.github.owlprune.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.kernels.provider.KernelProvider;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Products by every provider against the obvious ones in double precision. */
class RowProductsTest {
  /** A type of values, and how many columns share a scale. */
  record Stored(ValueType type, int group) {}

  @Provide
  Arbitrary<Stored> stored() {
    return Arbitraries.of(
        new Stored(ValueType.FLOAT32, 0),
        new Stored(ValueType.BFLOAT16, 0),
        new Stored(ValueType.INT8, 0),
        new Stored(ValueType.INT8, 32),
        new Stored(ValueType.INT8, 64),
        new Stored(ValueType.INT8, 128));
  }

  @Provide
  Arbitrary<Double> sparsities() {
    return Arbitraries.of(0.0, 0.05, 0.5, 0.7, 0.9, 1.0);
  }

  @Property(tries = 120)
  void equalsTheObviousProduct(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int outputs,
      @ForAll @IntRange(min = 1, max = 400) int inputs,
      @ForAll @From("sparsities") double sparsity,
      @ForAll @From("stored") Stored stored,
      @ForAll @IntRange(min = 1, max = 9) int count) {
    float[][] rows = RandomWeights.rows(seed, outputs, inputs, sparsity, false);
    PackedMatrix weight = RandomWeights.pack(rows, stored.type, stored.group);
    float[] x = RandomWeights.values(seed + 1, count * inputs);
    for (PackedMatrix form : new PackedMatrix[] {weight, RandomWeights.otherForm(weight)}) {
      for (KernelProvider provider : Providers.ALL) {
        checkProducts(form, provider, x, count);
      }
    }
  }

  private static void checkProducts(
      PackedMatrix weight, KernelProvider provider, float[] x, int count) {
    int outputs = weight.outputs();
    int inputs = weight.inputs();
    float[] y = new float[count * outputs];
    Arrays.fill(y, Float.NaN);
    try (RowProducts products = RowProducts.open(1, provider)) {
      products.multiply(weight, x, count, y);
    }
    float[] row = new float[inputs];
    for (int r = 0; r < outputs; r++) {
      weight.unpackRow(r, row);
      for (int i = 0; i < count; i++) {
        double sum = 0;
        double magnitude = 0;
        for (int j = 0; j < inputs; j++) {
          double product = (double) row[j] * x[i * inputs + j];
          sum += product;
          magnitude += Math.abs(product);
        }
        // A sum of n products in float32, in any order, is off by n roundings of 2^-24 at most;
        // scales
        // and their own rounding in unpackRow are a few more.
        double bound = (inputs + 4) * 0x1p-24 * magnitude;
        double error = Math.abs(y[i * outputs + r] - sum);
        assertTrue(
            error <= bound,
            () -> provider.name() + ", " + weight + ": off by " + error + ", not " + bound);
      }
    }
  }

  @Property(tries = 40)
  void doesNotDependOnThreadsNorOnOtherInputs(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 150) int outputs,
      @ForAll @IntRange(min = 100, max = 600) int inputs,
      @ForAll @From("sparsities") double sparsity,
      @ForAll @From("stored") Stored stored,
      @ForAll @IntRange(min = 2, max = 8) int count) {
    float[][] rows = RandomWeights.rows(seed, outputs, inputs, sparsity, false);
    PackedMatrix weight = RandomWeights.pack(rows, stored.type, stored.group);
    float[] x = RandomWeights.values(seed + 1, count * inputs);
    for (KernelProvider provider : Providers.ALL) {
      float[] expected = new float[count * outputs];
      try (RowProducts one = RowProducts.open(1, provider)) {
        for (int i = 0; i < count; i++) {
          float[] y = new float[outputs];
          one.multiply(weight, Arrays.copyOfRange(x, i * inputs, (i + 1) * inputs), y);
          System.arraycopy(y, 0, expected, i * outputs, outputs);
        }
      }
      for (int threads = 1; threads <= 4; threads++) {
        try (RowProducts products = RowProducts.open(threads, provider)) {
          float[] y = new float[count * outputs];
          products.multiply(weight, x, count, y);
          assertArrayEquals(expected, y, provider.name());
        }
      }
    }
  }

  /** Weights and inputs of very different magnitudes, the most negative int8 among them. */
  @Test
  void takesExtremeScales() {
    int inputs = 130;
    byte[] values = new byte[inputs];
    float[] x = new float[inputs];
    for (int j = 0; j < inputs; j++) {
      values[j] = (byte) (j % 3 == 0 ? -128 : j % 3 == 1 ? 127 : -1);
      x[j] = (j % 2 == 0 ? 1 : -1) * (float) Math.pow(2, j % 60 - 30);
    }
    for (float scale : new float[] {0x1p-100f, 1, 0x1p80f, 0, -3}) {
      PackedMatrix weight =
          PackedMatrix.dense(
              1, inputs, new Values.Int8(values, new float[] {scale, scale, 1, 2, scale}, 32));
      for (KernelProvider provider : Providers.ALL) {
        checkProducts(weight, provider, x, 1);
        checkProducts(RandomWeights.otherForm(weight), provider, x, 1);
      }
    }
  }

  @Test
  void leavesNoThreadBehind() {
    RowProducts products = RowProducts.open(3, Kernels.named("plain"));
    assertEquals(3, products.threads());
    assertEquals("plain", products.kernels());
    assertEquals(2, workers());
    products.close();
    products.close();
    assertEquals(0, workers());
    PackedMatrix weight = PackedMatrix.dense(1, 1, new Values.Float32(new float[] {2}));
    assertThrows(
        IllegalStateException.class,
        () -> products.multiply(weight, new float[] {1}, new float[1]));
  }

  private static long workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("owl-kernels-"))
        .count();
  }

  @Test
  void refusesWhatDoesNotFit() {
    PackedMatrix weight = PackedMatrix.dense(1, 2, new Values.Float32(new float[] {2, 3}));
    assertThrows(IllegalArgumentException.class, () -> RowProducts.open(0));
    try (RowProducts products = RowProducts.open(1, Kernels.named("plain"))) {
      float[] two = new float[2];
      assertThrows(
          IllegalArgumentException.class, () -> products.multiply(weight, new float[1], two));
      assertThrows(
          IllegalArgumentException.class, () -> products.multiply(weight, two, new float[0]));
      assertThrows(IllegalArgumentException.class, () -> products.multiply(weight, two, 0, two));
      assertThrows(IllegalArgumentException.class, () -> products.multiply(weight, two, 2, two));
    }
  }

  @Test
  void namesKernels() {
    assertThrows(IllegalArgumentException.class, () -> Kernels.named("fast"));
    assertEquals(Providers.hasVectors(), Kernels.chosen().name().startsWith("vector-"));
    for (KernelProvider provider : Providers.ALL) {
      assertEquals(provider.name(), Kernels.named(provider.name()).name());
    }
    if (!Providers.hasVectors()) {
      assertThrows(UnsupportedOperationException.class, () -> Kernels.named("vector-512"));
    }
  }
}
