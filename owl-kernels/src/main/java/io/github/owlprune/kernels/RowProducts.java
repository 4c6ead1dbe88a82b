package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.KernelProvider;
import io.github.owlprune.kernels.provider.Layout;
import io.github.owlprune.kernels.provider.RowKernel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Products {@code y = W x} of packed weights with one input or a few, on some threads.
 *
 * <pre>{@code
 * try (RowProducts products = RowProducts.open(2)) {
 *   products.multiply(weight, x, y);
 * }
 * }</pre>
 *
 * <p>Which kernels compute is chosen once for a JVM: those by the Vector API need JDK 21 or newer
 * and {@code --add-modules jdk.incubator.vector}; without them a warning says so, and plain Java
 * computes, several times slower. The system property {@code owl.kernels} names others: {@code
 * plain}, {@code vector-128}, {@code vector-256}, {@code vector-512}.
 *
 * <p>With the same kernels the results are the same bytes for any number of threads, and for an
 * input alone or among others. Calls from several threads take turns. The threads wait for the next
 * product by spinning for some microseconds, then sleep; they end with {@link #close}.
 */
public final class RowProducts implements AutoCloseable {
  /** Below this number of weights waking a thread costs more than it saves. */
  private static final long ALONE = 1 << 14;

  /** Rows that kernels compute at once; the threads' shares are multiples of it. */
  private static final int ROWS_AT_ONCE = 4;

  private final KernelProvider provider;
  private final SpinningWorkers workers;
  private final ReentrantLock turn = new ReentrantLock();
  private float[][] prepared = new float[0][];
  private final float[][] scratch;
  private boolean closed;

  private RowProducts(int threads, KernelProvider provider) {
    this.provider = provider;
    this.workers = new SpinningWorkers(threads);
    this.scratch = new float[threads][RowKernel.SCRATCH];
  }

  /**
   * Starts the threads.
   *
   * @param threads at least 1, including the caller's own
   * @return the products; close them when no more are needed
   * @throws IllegalArgumentException if {@code threads} is below 1, or the system property {@code
   *     owl.kernels} names no kernels
   * @throws UnsupportedOperationException if the JVM lacks what the property's kernels need
   */
  public static RowProducts open(int threads) {
    return open(threads, Kernels.chosen());
  }

  static RowProducts open(int threads, KernelProvider provider) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads were requested; at least 1 is needed");
    }
    return new RowProducts(threads, provider);
  }

  /**
   * Returns the name of the kernels that compute.
   *
   * @return for example {@code vector-512} or {@code plain}
   */
  public String kernels() {
    return provider.name();
  }

  /**
   * Returns the number of threads, including the caller's own.
   *
   * @return at least 1
   */
  public int threads() {
    return workers.threads();
  }

  /**
   * Computes {@code y[r] = Σ_j W[r, j] x[j]}.
   *
   * @param weight W {@code [outputs, inputs]}
   * @param x at least {@code inputs} values
   * @param y receives {@code outputs} values
   * @throws IllegalArgumentException if x or y is too short
   * @throws IllegalStateException if this is closed
   */
  public void multiply(PackedMatrix weight, float[] x, float[] y) {
    multiply(weight, x, 1, y);
  }

  /**
   * Computes {@code y[i, r] = Σ_j W[r, j] x[i, j]}. From two inputs on each value is read and
   * expanded once for up to four of them. An interrupt does not stop a product, and stays.
   *
   * @param weight W {@code [outputs, inputs]}
   * @param x inputs {@code [count, inputs]}, row after row
   * @param count the number of inputs, at least 1; made for up to 8
   * @param y receives {@code [count, outputs]}, row after row
   * @throws IllegalArgumentException if {@code count} is below 1, or x or y is too short
   * @throws IllegalStateException if this is closed
   */
  public void multiply(PackedMatrix weight, float[] x, int count, float[] y) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " inputs were given; at least 1 is needed");
    }
    requireLength("x", x, count, weight.inputs());
    requireLength("y", y, count, weight.outputs());
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the products are closed");
      }
      RowKernel kernel = weight.kernel(provider);
      compute(kernel, prepare(kernel, weight, x, count), weight, count, y);
    } finally {
      turn.unlock();
    }
  }

  private static void requireLength(String name, float[] array, int count, int length) {
    if (array.length < (long) count * length) {
      throw new IllegalArgumentException(
          name + " has " + array.length + " values; " + count + " x " + length + " are needed");
    }
  }

  private float[][] prepare(RowKernel kernel, PackedMatrix weight, float[] x, int count) {
    int padded = Layout.padded(weight.inputs());
    if (prepared.length < count || prepared[0].length < padded) {
      prepared = new float[count][padded];
    }
    for (int i = 0; i < count; i++) {
      kernel.prepare(x, i * weight.inputs(), prepared[i]);
    }
    return prepared;
  }

  private void compute(
      RowKernel kernel, float[][] inputs, PackedMatrix weight, int count, float[] y) {
    int outputs = weight.outputs();
    int threads = workers.threads();
    if (threads == 1 || (long) outputs * weight.inputs() * count < ALONE) {
      kernel.multiply(inputs, count, y, 0, outputs, scratch[0]);
      return;
    }
    workers.run(
        p -> {
          int from = bound(outputs, p, threads);
          int to = bound(outputs, p + 1, threads);
          if (from < to) {
            kernel.multiply(inputs, count, y, from, to, scratch[p]);
          }
        });
  }

  private static int bound(int outputs, int part, int parts) {
    long steps = (outputs + ROWS_AT_ONCE - 1L) / ROWS_AT_ONCE;
    return (int) Math.min(outputs, steps * part / parts * ROWS_AT_ONCE);
  }

  /** Ends the threads, after the product that runs. */
  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        workers.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
