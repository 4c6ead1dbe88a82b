package io.github.owlprune.linalg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A fixed number of threads for the duration of one call: the caller's own and {@code threads - 1}
 * others, which end when this is closed.
 *
 * <p>While any instance is open, BLAS runs on the calling thread alone in the whole JVM: parallel
 * work is cut into tasks, each with its own single-threaded products. What a task computes does not
 * depend on the number of threads, so neither do the results. Runs may overlap in one JVM: BLAS
 * gets its threads back when the last of them ends.
 */
public final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService others;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Workers(int threads) {
    this.threads = threads;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "owl-worker");
              thread.setDaemon(true);
              return thread;
            });
    SingleThreadedBlas.acquire();
  }

  /**
   * Starts the threads.
   *
   * @param threads at least 1, including the caller's own; more than 64, the number that OpenBLAS
   *     is built for, count as 64
   * @return the workers; close them when the work is done
   * @throws IllegalArgumentException if {@code threads} is below 1
   * @throws IllegalStateException if the ND4J backend is not the CPU's
   */
  public static Workers open(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads were requested; at least 1 is needed");
    }
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    if (!backend.equals("CpuBackend")) {
      throw new IllegalStateException(
          "the ND4J backend is "
              + backend
              + "; put org.nd4j:nd4j-native on the class path instead");
    }
    OpenBlasAdvice.warnOnce();
    BlasCallers.sayOnce(threads);
    return new Workers(Math.min(threads, BlasCallers.MOST));
  }

  /**
   * Returns the number of threads, including the caller's own.
   *
   * @return at least 1
   */
  public int threads() {
    return threads;
  }

  /** Runs one of several numbered tasks. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs one task.
     *
     * @param task its number
     * @param worker the thread's number, below {@link Workers#threads}: an index into per-thread
     *     buffers
     */
    void run(int task, int worker);
  }

  /**
   * Runs tasks 0 to {@code count - 1}, each once, on all threads, and returns when all have ended.
   * Tasks start in the order of their numbers, so the longest should come first.
   *
   * @param count the number of tasks
   * @param task runs one of them
   * @throws CancellationException if the calling thread is interrupted, before or while the tasks
   *     run; it stays interrupted
   */
  public void run(int count, Task task) {
    AtomicInteger next = new AtomicInteger();
    Thread caller = Thread.currentThread();
    int helpers = Math.min(threads, count) - 1;
    List<Future<?>> running = new ArrayList<>(Math.max(0, helpers));
    for (int w = 1; w <= helpers; w++) {
      int worker = w;
      running.add(others.submit(() -> work(next, count, worker, task, caller)));
    }
    Throwable failure = null;
    try {
      work(next, count, 0, task, caller);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    for (Future<?> f : running) {
      failure = await(f, failure);
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (caller.isInterrupted()) {
      throw new CancellationException("the thread was interrupted");
    }
  }

  private static void work(AtomicInteger next, int count, int worker, Task task, Thread caller) {
    try {
      int i = next.getAndIncrement();
      while (i < count && !caller.isInterrupted()) {
        task.run(i, worker);
        i = next.getAndIncrement();
      }
    } catch (RuntimeException | Error e) {
      next.set(count);
      throw e;
    }
  }

  /**
   * Waits for a helper even when interrupted, since its buffers must not be freed while it runs.
   */
  private static @Nullable Throwable await(Future<?> helper, @Nullable Throwable failure) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return failure;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return failure == null ? e.getCause() : failure;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the threads, and lets BLAS have its own again if no other instance is open. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      others.shutdown();
      SingleThreadedBlas.release();
    }
  }
}
