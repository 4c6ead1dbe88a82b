package io.github.owlprune.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for the next product: spinning at first, since the next one of a small model
 * comes within microseconds, then parked. The caller is one of them. One caller at a time.
 */
final class SpinningWorkers implements AutoCloseable {
  private static final long SPIN_NANOS = 50_000;
  private static final int SPINS_PER_CLOCK = 64;

  private final Worker[] others;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger epoch = new AtomicInteger();
  private volatile boolean closed;

  // Written before epoch and read after it.
  private Part part = p -> {};
  private Thread caller = Thread.currentThread();
  private volatile boolean callerParked;
  private volatile @Nullable Throwable failure;

  /** Computes one part of a product. */
  @FunctionalInterface
  interface Part {
    /** Computes part p, counted from 0, of as many as there are threads. */
    void run(int p);
  }

  /** Starts {@code threads - 1} threads. */
  SpinningWorkers(int threads) {
    others = new Worker[threads - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = new Worker(i + 1);
    }
    for (Worker worker : others) {
      worker.start();
    }
  }

  int threads() {
    return others.length + 1;
  }

  /**
   * Runs the parts 0 to {@code threads - 1}, each on its thread, and returns when all have ended,
   * even if the caller is interrupted: it stays interrupted.
   */
  void run(Part parts) {
    part = parts;
    caller = Thread.currentThread();
    failure = null;
    running.set(others.length);
    epoch.incrementAndGet();
    for (Worker worker : others) {
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
    try {
      parts.run(0);
    } finally {
      await();
    }
    Throwable thrown = failure;
    if (thrown instanceof Error e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
  }

  private void await() {
    Spin spin = new Spin();
    boolean interrupted = false;
    while (running.get() > 0) {
      if (spin.again()) {
        continue;
      }
      callerParked = true;
      if (running.get() > 0) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted(); // or park would no longer wait
      }
      callerParked = false;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the threads and waits for them; an interrupt of the caller waits, too. */
  @Override
  public void close() {
    closed = true;
    epoch.incrementAndGet();
    boolean interrupted = false;
    for (Worker worker : others) {
      LockSupport.unpark(worker);
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a moment without giving up the processor. */
  private static final class Spin {
    private long until;

    /** Spins a little, or returns false when the time for it is over. */
    boolean again() {
      long now = System.nanoTime();
      if (until == 0) {
        until = now + SPIN_NANOS;
      }
      if (now - until > 0) {
        return false;
      }
      for (int i = 0; i < SPINS_PER_CLOCK; i++) {
        Thread.onSpinWait();
      }
      return true;
    }
  }

  private final class Worker extends Thread {
    private final int number;
    private volatile boolean parked;

    Worker(int number) {
      super("owl-kernels-" + number);
      this.number = number;
      setDaemon(true);
    }

    @Override
    public void run() {
      int seen = 0;
      while (true) {
        waitAfter(seen);
        seen++;
        if (closed) {
          return;
        }
        try {
          part.run(number);
        } catch (RuntimeException | Error e) {
          failure = e;
        }
        if (running.decrementAndGet() == 0 && callerParked) {
          LockSupport.unpark(caller);
        }
      }
    }

    private void waitAfter(int seen) {
      Spin spin = new Spin();
      while (epoch.get() == seen) {
        if (spin.again()) {
          continue;
        }
        parked = true;
        if (epoch.get() == seen) {
          LockSupport.park(SpinningWorkers.this);
          interrupted(); // whoever interrupts a worker does not stop it
        }
        parked = false;
      }
    }
  }
}
