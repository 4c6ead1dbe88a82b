package io.github.owlprune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Property(tries = 50)
  void everyTaskRunsOnceOnAKnownWorker(
      @ForAll @IntRange(min = 1, max = 5) int threads, @ForAll @IntRange(max = 100) int count) {
    AtomicIntegerArray runs = new AtomicIntegerArray(count);
    try (Workers workers = Workers.open(threads)) {
      workers.run(
          count,
          (task, worker) -> {
            assertTrue(worker >= 0 && worker < threads);
            runs.incrementAndGet(task);
          });
    }
    for (int i = 0; i < count; i++) {
      assertEquals(1, runs.get(i));
    }
  }

  @Test
  void aTasksFailureReachesTheCaller() {
    IllegalStateException failure = new IllegalStateException("boom");
    try (Workers workers = Workers.open(3)) {
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class,
              () ->
                  workers.run(
                      50,
                      (task, worker) -> {
                        if (task == 30) {
                          throw failure;
                        }
                      })));
      workers.run(1, (task, worker) -> {}); // and they can still be used
    }
  }

  @Test
  void anInterruptStopsTheTasksAndStaysSet() {
    try (Workers workers = Workers.open(2)) {
      Thread caller = Thread.currentThread();
      assertThrows(
          CancellationException.class,
          () -> workers.run(1000, (task, worker) -> caller.interrupt()));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void noThreadsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Workers.open(0));
  }
}
