package io.github.owlprune.linalg;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many threads are inside OpenBLAS at once, in the whole JVM and over all runs.
 *
 * <p>OpenBLAS is built for a fixed number of threads, and has two buffers for each. If more threads
 * than it has buffers call it at once, it adds buffers and becomes slow; beyond those it corrupts
 * native memory. Its Java interface does not tell the number, so this is the one that its builds
 * for Java are made with. Further threads wait, which changes no result.
 */
final class BlasCallers {
  /** The threads that OpenBLAS is built for. */
  static final int MOST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(BlasCallers.class);
  private static final Semaphore PLACES = new Semaphore(MOST);
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private BlasCallers() {}

  /** Waits until fewer than {@link #MOST} threads are inside; {@link #leave} must follow. */
  static void enter() {
    PLACES.acquireUninterruptibly();
  }

  /** Lets another thread in. */
  static void leave() {
    PLACES.release();
  }

  /** Says once if a run has more threads than may be inside at once. */
  static void sayOnce(int threads) {
    if (threads > MOST && SAID.compareAndSet(false, true)) {
      LOG.info(
          "{} threads were requested; {} are used, the number that OpenBLAS is built for.",
          threads,
          MOST);
    }
  }
}
