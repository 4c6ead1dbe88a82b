package io.github.owlprune.models.decoder;

import io.github.owlprune.model.Workers;
import org.jspecify.annotations.Nullable;

/** Keeps the one {@link Workspace} of a model, and makes a larger one when it must. */
final class Workspaces implements AutoCloseable {
  private final DecoderRecipe recipe;
  private @Nullable Workspace current;

  Workspaces(DecoderRecipe recipe) {
    this.recipe = recipe;
  }

  Workspace forTokens(int tokens, Workers workers) {
    if (current != null && current.tokens >= tokens && current.lanes.size() >= workers.threads()) {
      return current;
    }
    close();
    Workspace made = new Workspace(recipe, tokens, workers.threads());
    current = made;
    return made;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
