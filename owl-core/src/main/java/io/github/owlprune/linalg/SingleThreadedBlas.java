package io.github.owlprune.linalg;

import org.nd4j.linalg.factory.Nd4j;

/**
 * Limits BLAS to one thread while at least one {@link Workers} is open in this JVM. The setting is
 * global to the process, so overlapping runs share it: the first saves the previous thread count,
 * and the last restores it.
 */
final class SingleThreadedBlas {
  private static int holders;
  private static int threadsBefore;

  private SingleThreadedBlas() {}

  static synchronized void acquire() {
    if (holders == 0) {
      threadsBefore = Nd4j.factory().blas().getMaxThreads();
      Nd4j.factory().blas().setMaxThreads(1);
    }
    holders++;
  }

  static synchronized void release() {
    holders--;
    if (holders == 0) {
      Nd4j.factory().blas().setMaxThreads(threadsBefore);
    }
  }
}
