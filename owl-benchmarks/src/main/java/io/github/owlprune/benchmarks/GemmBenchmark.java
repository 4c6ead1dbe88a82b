package io.github.owlprune.benchmarks;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
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

/** One chunk of rows through one linear on one thread, the basic operation of a forward pass. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GemmBenchmark {
  /** The number of rows of the chunk. */
  @Param({"64", "128", "256", "512"})
  public int rows;

  /** The shape of the linear, inputs x outputs. */
  @Param({"576x576", "576x1536", "1536x576", "4096x4096"})
  public String shape = "";

  private final Workers workers = Workers.open(1);
  private Matrix x = Matrix.allocate(1, 1);
  private Matrix w = Matrix.allocate(1, 1);
  private Matrix y = Matrix.allocate(1, 1);

  /** Allocates the operands. */
  @Setup
  public void setUp() {
    String[] sizes = shape.split("x", -1);
    int in = Integer.parseInt(sizes[0]);
    int out = Integer.parseInt(sizes[1]);
    x = Matrix.allocate(rows, in);
    w = Matrix.allocate(out, in);
    y = Matrix.allocate(rows, out);
    x.array().assign(1);
    w.array().assign(1);
  }

  /** Frees the operands. */
  @TearDown
  public void tearDown() {
    x.close();
    w.close();
    y.close();
    workers.close();
  }

  /** Computes {@code y = x wᵀ}. */
  @Benchmark
  public void product() {
    Gemm.abt(
        rows,
        w.rows(),
        w.columns(),
        new Gemm.Tile(x, 0, 0),
        new Gemm.Tile(w, 0, 0),
        new Gemm.Tile(y, 0, 0));
  }
}
