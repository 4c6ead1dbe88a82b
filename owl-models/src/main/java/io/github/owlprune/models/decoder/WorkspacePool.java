package io.github.owlprune.models.decoder;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Lends each caller a {@link Workspace} of its own. A single caller gets the same one for every
 * sequence and block, replaced only when a longer sequence or more workers need a larger one;
 * callers on several threads get one each. Thread-safe.
 */
final class WorkspacePool implements AutoCloseable {
  private final DecoderRecipe recipe;
  private final Deque<Workspace> idle = new ArrayDeque<>();

  WorkspacePool(DecoderRecipe recipe) {
    this.recipe = recipe;
  }

  /** Returns a workspace that nobody else uses until it is {@linkplain #release released}. */
  synchronized Workspace acquire(int tokens, int positions, int workers) {
    @Nullable Workspace workspace = idle.pollFirst();
    if (workspace != null && workspace.fits(tokens, positions, workers)) {
      return workspace;
    }
    if (workspace != null) {
      workspace.close(); // before the larger one is allocated
    }
    return new Workspace(recipe, tokens, positions, workers);
  }

  /** Makes a workspace available to the next caller. */
  synchronized void release(Workspace workspace) {
    idle.addFirst(workspace);
  }

  /** Frees all workspaces that are not lent. */
  @Override
  public synchronized void close() {
    idle.forEach(Workspace::close);
    idle.clear();
  }
}
