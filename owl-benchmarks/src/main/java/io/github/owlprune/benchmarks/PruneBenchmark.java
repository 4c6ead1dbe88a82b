package io.github.owlprune.benchmarks;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Magnitude;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.wanda.Wanda;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** Pruning of a 4096 x 4096 weight to 70 %, and the statistics of 2,048 of its inputs. */
public class PruneBenchmark extends WeightBenchmark {
  private static final int SIZE = 4096;
  private static final int TOKENS = 2048;
  private static final Sparsity SEVENTY_PERCENT = new Sparsity.Unstructured(0.7);

  private final Compressor wanda = Wanda.wanda();
  private final Compressor magnitude = Magnitude.magnitude();
  private final Matrix inputs = normal(TOKENS, SIZE);
  private final InputStatistics seen = new InputStatistics(SIZE).gather(wanda.statistics());

  /** Creates the weight and gathers the column norms once. */
  @Setup
  public void gather() {
    createWeight(SIZE, SIZE);
    seen.add(inputs.array(), workers);
  }

  /** Computes the column norms of all inputs. */
  @Benchmark
  public ColumnNorms statistics() {
    ColumnNorms norms = new ColumnNorms(SIZE);
    norms.add(inputs.array(), workers);
    return norms;
  }

  /** Prunes with Wanda, unstructured. */
  @Benchmark
  public Outcome wanda() {
    return wanda.compress(weight.array(), seen, SEVENTY_PERCENT, workers);
  }

  /** Prunes with Wanda, 2:4. */
  @Benchmark
  public Outcome wandaTwoOfFour() {
    return wanda.compress(weight.array(), seen, new Sparsity.NOfM(2, 4), workers);
  }

  /** Prunes by magnitude over the whole matrix. */
  @Benchmark
  public Outcome magnitude() {
    return magnitude.compress(weight.array(), seen, SEVENTY_PERCENT, workers);
  }
}
