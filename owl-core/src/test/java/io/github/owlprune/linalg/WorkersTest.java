package io.github.owlprune.linalg;

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
import org.nd4j.linalg.factory.Nd4j;

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
  void noMoreThreadsAreStartedThanOpenBlasIsBuiltFor() {
    try (Workers workers = Workers.open(100_000)) {
      assertEquals(BlasCallers.MOST, workers.threads());
    }
  }

  @Test
  void theFailureOfATaskReachesTheCaller() {
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
      workers.run(1, (task, worker) -> {}); // they can still be used
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

  private static int blasThreads() {
    return Nd4j.factory().blas().getMaxThreads();
  }

  @Test
  void blasIsSingleThreadedUntilTheLastInstanceCloses() {
    int before = blasThreads();
    Nd4j.factory().blas().setMaxThreads(2); // not 1, or nothing would have to be restored
    try {
      Workers first = Workers.open(1);
      Workers second = Workers.open(3);
      assertEquals(1, blasThreads());
      first.close();
      assertEquals(1, blasThreads(), "the second is still open");
      first.close();
      assertEquals(1, blasThreads(), "closing the first twice does not close the second");
      second.run(4, (task, worker) -> assertTrue(worker < 3));
      second.close();
      assertEquals(2, blasThreads());
      second.close();
      assertEquals(2, blasThreads());
      try (Workers again = Workers.open(2)) {
        assertEquals(1, blasThreads(), "a later instance is not affected");
        assertEquals(2, again.threads());
      }
      assertEquals(2, blasThreads());
    } finally {
      Nd4j.factory().blas().setMaxThreads(before);
    }
  }

  @Test
  void zeroThreadsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Workers.open(0));
  }
}
