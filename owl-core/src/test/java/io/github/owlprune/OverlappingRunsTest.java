package io.github.owlprune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.pipeline.Progress;
import io.github.owlprune.plan.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

/** Two runs at the same time in one JVM, which share BLAS and its number of threads. */
class OverlappingRunsTest {
  private static final int BLOCKS = 4;
  private static final int BLAS_THREADS = 2; // not 1, or nothing would have to be restored
  private static final int[] THREADS = {1, 3};
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(IntStream.range(0, 9).toArray(), IntStream.range(5, 25).toArray()));

  private int threadsOfOthers;

  @BeforeEach
  void setBlasThreads() {
    threadsOfOthers = Nd4j.factory().blas().getMaxThreads();
    Nd4j.factory().blas().setMaxThreads(BLAS_THREADS);
  }

  @AfterEach
  void resetBlasThreads() {
    Nd4j.factory().blas().setMaxThreads(threadsOfOthers);
  }

  private record Pruned(ToyModel model, Report report) {}

  private static Pruned prune(int run, Progress progress) {
    ToyModel model = new ToyModel(BLOCKS, 10 + run);
    Report report =
        Owl.allocate(model, CALIBRATION)
            .withSparsity(0.5)
            .withThreads(THREADS[run])
            .withProgress(progress)
            .prune(new ByNorm());
    return new Pruned(model, report);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS), "the other run does not get on");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Both runs begin before either ends, and one ends while the other still has work to do. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void eachHasTheResultOfARunAloneAndBlasItsThreadsAfterwards(int first) throws Exception {
    List<Pruned> alone = List.of(prune(0, Progress.NONE), prune(1, Progress.NONE));
    assertEquals(BLAS_THREADS, Nd4j.factory().blas().getMaxThreads());
    CountDownLatch bothBegan = new CountDownLatch(2);
    CountDownLatch firstEnded = new CountDownLatch(1);
    List<Integer> whileOneWasLeft = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Pruned>> runs = new ArrayList<>();
      for (int run = 0; run < 2; run++) {
        int number = run;
        boolean[] began = {false};
        Progress meeting =
            (activity, done, total) -> {
              if (!began[0]) {
                began[0] = true;
                bothBegan.countDown();
                await(bothBegan);
                if (number != first) {
                  await(firstEnded);
                }
              }
              if (number != first) {
                whileOneWasLeft.add(Nd4j.factory().blas().getMaxThreads());
              }
            };
        runs.add(
            threads.submit(
                () -> {
                  Pruned pruned = prune(number, meeting);
                  if (number == first) {
                    firstEnded.countDown();
                  }
                  return pruned;
                }));
      }
      for (int run = 0; run < 2; run++) {
        assertSameResult(alone.get(run), runs.get(run).get(120, TimeUnit.SECONDS));
      }
    } finally {
      threads.shutdownNow();
    }
    assertTrue(whileOneWasLeft.size() > BLOCKS, "the second had most of its work to do");
    assertTrue(whileOneWasLeft.stream().allMatch(n -> n == 1), whileOneWasLeft::toString);
    assertEquals(BLAS_THREADS, Nd4j.factory().blas().getMaxThreads());
  }

  private static void assertSameResult(Pruned expected, Pruned actual) {
    assertEquals(expected.report().plan(), actual.report().plan());
    for (int b = 0; b < BLOCKS; b++) {
      assertEquals(
          expected.report().blocks().get(b).linears(), actual.report().blocks().get(b).linears());
      for (String linear : List.of("a", "b")) {
        assertArrayEquals(
            expected.model().blocks.get(b).weights.get(linear),
            actual.model().blocks.get(b).weights.get(linear),
            "to the bit");
      }
    }
  }
}
