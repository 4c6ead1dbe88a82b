package io.github.owlprune.models.decoder;

/**
 * Chooses the experts of every token: {@code p = softmax(W_router x)}, of which the k largest stay,
 * divided by their sum if the router is normalized.
 *
 * @param logits W_router, {@code [E, W]}
 * @param active k
 * @param normalized whether the k probabilities are divided by their sum
 */
record Router(Projection logits, int active, boolean normalized) {
  /** Routes a chunk of rows of {@code space.mlpInput}. */
  void route(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    int experts = logits.outputs();
    // router logits
    logits.multiply(space.mlpInput, from, scratch.routerLogits, 0, rows);
    for (int r = 0; r < rows; r++) {
      // softmax, the k largest
      logits.readRow(scratch.routerLogits, r, scratch.row);
      Exponential.softmax(scratch.row, experts);
      choose(scratch.row, experts, space.routing, from + r);
    }
  }

  /**
   * Records the experts of a token. Of equal probabilities the lower expert's is the larger; NaN
   * never is, but a token always gets k experts.
   */
  void choose(float[] probabilities, int experts, Routing routing, int token) {
    float sum = 0;
    for (int i = 0; i < active; i++) {
      int best = -1;
      for (int e = 0; e < experts; e++) {
        if (!routing.isChosen(token, i, e)
            && (best < 0 || probabilities[e] > probabilities[best])) {
          best = e;
        }
      }
      routing.choose(token, i, best, probabilities[best]);
      sum += probabilities[best];
    }
    if (normalized) {
      routing.divide(token, sum);
    }
  }
}
