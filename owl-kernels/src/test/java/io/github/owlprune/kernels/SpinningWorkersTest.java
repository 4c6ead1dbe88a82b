package io.github.owlprune.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class SpinningWorkersTest {
  @Test
  void runsEachPartOnce() {
    for (int threads = 1; threads <= 5; threads++) {
      AtomicIntegerArray ran = new AtomicIntegerArray(threads);
      try (SpinningWorkers workers = new SpinningWorkers(threads)) {
        for (int i = 0; i < 1000; i++) {
          workers.run(ran::incrementAndGet);
        }
      }
      for (int p = 0; p < threads; p++) {
        assertEquals(1000, ran.get(p));
      }
    }
  }

  /** Waits until the worker sleeps, which it does after some microseconds, and wakes it. */
  @Test
  void wakesThreadsThatSleep() {
    try (SpinningWorkers workers = new SpinningWorkers(2)) {
      Thread[] worker = new Thread[1];
      workers.run(
          p -> {
            if (p == 1) {
              worker[0] = Thread.currentThread();
            }
          });
      for (int i = 0; i < 3; i++) {
        awaitState(worker[0], Thread.State.WAITING);
        worker[0].interrupt(); // must not end it
        AtomicInteger ran = new AtomicInteger();
        workers.run(p -> ran.incrementAndGet());
        assertEquals(2, ran.get());
      }
    }
  }

  @Test
  void throwsWhatAPartThrows() {
    try (SpinningWorkers workers = new SpinningWorkers(3)) {
      for (int failing = 0; failing < 3; failing++) {
        int which = failing;
        IllegalStateException failure = new IllegalStateException();
        AtomicInteger ended = new AtomicInteger();
        assertSame(
            failure,
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.run(
                        p -> {
                          ended.incrementAndGet();
                          if (p == which) {
                            throw failure;
                          }
                        })));
        assertEquals(3, ended.get());
      }
    }
  }

  @Test
  void waitsForAllEvenIfInterrupted() {
    try (SpinningWorkers workers = new SpinningWorkers(2)) {
      Thread caller = Thread.currentThread();
      AtomicInteger ended = new AtomicInteger();
      workers.run(
          p -> {
            if (p == 1) {
              awaitState(caller, Thread.State.WAITING);
              caller.interrupt();
              ended.incrementAndGet();
            }
          });
      assertEquals(1, ended.get());
      assertTrue(Thread.interrupted());
      Thread.currentThread().interrupt();
      workers.run(p -> ended.incrementAndGet());
      assertEquals(3, ended.get());
      Thread.currentThread().interrupt();
    }
    assertTrue(Thread.interrupted());
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }
}
