package io.github.owlprune.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A fixed number of threads for the length of one call: the caller's and {@code threads - 1}
 * others, which end when this is closed.
 *
 * <p>While it is open, BLAS runs on the calling thread alone, in the whole JVM: parallel work is
 * cut into tasks, each with its own single-threaded products. What a task computes then does not
 * depend on the number of threads, and neither do the results.
 */
public final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService others;
  private final int blasThreads;

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
    this.blasThreads = Nd4j.factory().blas().getMaxThreads();
    Nd4j.factory().blas().setMaxThreads(1);
  }

  /**
   * Starts the threads.
   *
   * @param threads at least 1, the caller's own included
   * @return to be closed when the work is done
   * @throws IllegalArgumentException if {@code threads} is below 1
   * @throws IllegalStateException if the ND4J backend is not the CPU's
   */
  public static Workers open(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads were asked for; 1 or more are needed");
    }
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    if (!backend.equals("CpuBackend")) {
      throw new IllegalStateException(
          "the ND4J backend is "
              + backend
              + "; put org.nd4j:nd4j-native on the class path instead");
    }
    return new Workers(threads);
  }

  /**
   * The number of threads, the caller's own included.
   *
   * @return at least 1
   */
  public int threads() {
    return threads;
  }

  /** A numbered piece of work. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does the piece.
     *
     * @param task its number
     * @param worker the number of the thread, below {@link Workers#threads}: an index into buffers
     *     kept one a thread
     */
    void run(int task, int worker);
  }

  /**
   * Runs tasks 0 to {@code count - 1}, each once, on all threads; returns when all have ended.
   * Later numbers start later, so the longest pieces belong first.
   *
   * @param count how many
   * @param task the work
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

  /** Waits for a helper even when interrupted: its buffers must not be freed under it. */
  private static @org.jspecify.annotations.Nullable Throwable await(
      Future<?> helper, @org.jspecify.annotations.Nullable Throwable failure) {
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

  /** Ends the threads and gives BLAS its own back. */
  @Override
  public void close() {
    others.shutdown();
    Nd4j.factory().blas().setMaxThreads(blasThreads);
  }
}
