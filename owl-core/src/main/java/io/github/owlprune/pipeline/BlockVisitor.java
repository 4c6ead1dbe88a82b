package io.github.owlprune.pipeline;

/** Measures, compresses, analyses or evaluates one block of a {@link Sweep} while it is open. */
@FunctionalInterface
public interface BlockVisitor {
  /**
   * Works on an open block.
   *
   * @param visit the block, valid during the call
   */
  void visit(Visit visit);
}
