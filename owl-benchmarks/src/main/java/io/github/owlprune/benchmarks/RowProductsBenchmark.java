package io.github.owlprune.benchmarks;

import io.github.owlprune.kernels.PackedMatrix;
import io.github.owlprune.kernels.RowProducts;
import io.github.owlprune.kernels.ValueType;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Products of a packed weight, as a token needs them; run it on JDK 21 or newer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx6g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RowProductsBenchmark {
  /** The shape of the weight, outputs x inputs. */
  @Param({"4096x4096", "4096x11008", "576x1536"})
  public String shape = "";

  /** The type of the values, and the columns that share a scale. */
  @Param({"float32", "bfloat16", "int8", "int8-64"})
  public String values = "";

  /** The share of zeros; a weight without any is dense. */
  @Param({"0", "0.5", "0.6", "0.7", "0.8", "0.9"})
  public double sparsity;

  /** How many weights take turns: one can stay in a cache, several do not. */
  @Param({"1", "4"})
  public int weights;

  /** How many inputs are multiplied at once. */
  @Param("1")
  public int inputs;

  private final RowProducts products = RowProducts.open(2);
  private PackedMatrix[] packed = new PackedMatrix[0];
  private float[] x = new float[0];
  private float[] y = new float[0];
  private int next;

  /** Packs random weights. */
  @Setup
  public void setUp() {
    String[] sizes = shape.split("x", -1);
    int rows = Integer.parseInt(sizes[0]);
    int columns = Integer.parseInt(sizes[1]);
    String[] parts = values.split("-", -1);
    ValueType type = ValueType.valueOf(parts[0].toUpperCase(Locale.ROOT));
    int group = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    packed = new PackedMatrix[weights];
    for (int i = 0; i < weights; i++) {
      int weight = i;
      packed[i] =
          PackedMatrix.pack(
              rows, columns, type, group, (row, into) -> fill(weight * rows + row, into));
    }
    x = new float[inputs * columns];
    y = new float[inputs * rows];
    fill(-1, x);
  }

  private void fill(int seed, float[] row) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int j = 0; j < row.length; j++) {
      row[j] = random.nextDouble() < sparsity ? 0 : (float) (random.nextDouble() - 0.5);
    }
  }

  /** Ends the threads. */
  @TearDown
  public void tearDown() {
    products.close();
  }

  /** Computes {@code y = W x}. */
  @Benchmark
  public void product() {
    products.multiply(packed[next], x, inputs, y);
    next = (next + 1) % packed.length;
  }
}
