package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mixture of experts (arXiv 2401.04088, section 2.1):
 *
 * <pre>
 *   p = softmax(W_router x)                the k largest stay
 *   y = Σ p_e expert_e(x)  [+ sigmoid(w_gate · x) shared(x)]
 * </pre>
 *
 * <p>Once all tokens of a sequence are routed, the rows of each expert are gathered and pass it as
 * matrix products, a tile of rows a task. Then every token sums its k outputs, in the order of the
 * experts. Tiles depend on the routing alone, so results do not depend on the number of threads.
 *
 * @param router chooses the experts of a token
 * @param experts E experts with the same sizes
 * @param shared an expert that every token passes, null for none
 * @param width W
 */
record MixtureOfExperts(Router router, List<Mlp> experts, @Nullable SharedExpert shared, int width)
    implements FeedForward {
  /** Some rows of an expert. */
  private record Tile(int expert, int from, int rows) {}

  /** Routes a chunk of rows of {@code space.mlpInput}, and starts the shared expert on them. */
  void route(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    router.route(space, scratch, from, rows);
    if (shared != null) {
      shared.computeActivations(space, scratch, from, rows);
    }
  }

  /**
   * Computes the rows of {@code space.expertInputs} and the activations of all experts, once every
   * token is routed.
   *
   * @param space the sequence's buffers
   * @param tokens T
   * @param workers the threads to use
   * @param outputs whether to compute {@code space.expertOutputs} too
   */
  void compute(Workspace space, int tokens, Workers workers, boolean outputs) {
    space.routing.group(tokens);
    List<Tile> tiles = tiles(space.routing, Workspace.chunk(tokens));
    workers.run(
        tiles.size(),
        (task, worker) -> compute(tiles.get(task), space, space.scratch.get(worker), outputs));
  }

  /** Divides the rows of every expert into tiles of nearly equal size; the largest come first. */
  private List<Tile> tiles(Routing routing, int most) {
    List<Tile> tiles = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      int rows = routing.rows(e);
      int count = (rows + most - 1) / most;
      for (int i = 0; i < count; i++) {
        int from = (int) ((long) rows * i / count);
        int to = (int) ((long) rows * (i + 1) / count);
        tiles.add(new Tile(e, routing.firstRow(e) + from, to - from));
      }
    }
    tiles.sort((a, b) -> Integer.compare(b.rows(), a.rows()));
    return tiles;
  }

  private void compute(Tile tile, Workspace space, Workspace.Scratch scratch, boolean outputs) {
    Mlp expert = experts.get(tile.expert());
    Matrix activations = activations(space);
    // gather the tokens of the expert
    for (int r = tile.from(); r < tile.from() + tile.rows(); r++) {
      space.mlpInput.read(space.routing.token(r), scratch.row, width);
      space.expertInputs().write(r, scratch.row, width);
    }
    // gate and up projections, activation
    expert.computeActivations(space.expertInputs(), activations, tile.from(), tile.rows(), scratch);
    // down projection
    if (outputs) {
      expert
          .down()
          .multiply(activations, tile.from(), space.expertOutputs(), tile.from(), tile.rows());
    }
  }

  /** Computes what {@link #readOutput} needs for a chunk of rows beside the experts' outputs. */
  void computeSharedOutput(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    if (shared != null) {
      shared.computeOutput(space, scratch, from, rows);
    }
  }

  /**
   * Computes y of one token.
   *
   * @param space the sequence's buffers
   * @param scratch the worker's buffers
   * @param token the token
   * @param row the token's row within its chunk
   * @param y receives {@code [W]}
   */
  void readOutput(Workspace space, Workspace.Scratch scratch, int token, int row, float[] y) {
    Arrays.fill(y, 0, width, 0f);
    // weighted sum over the token's experts
    for (int i = 0; i < router.active(); i++) {
      Projection down = experts.get(space.routing.expert(token, i)).down();
      down.readRow(space.expertOutputs(), space.routing.row(token, i), scratch.hiddenRow);
      float weight = space.routing.weight(token, i);
      for (int j = 0; j < width; j++) {
        y[j] += weight * scratch.hiddenRow[j];
      }
    }
    // shared expert
    if (shared != null) {
      shared.addOutput(scratch, row, y, width);
    }
  }

  /** Returns the input of the experts' down projections, {@code [T · k, I]}. */
  Matrix activations(Workspace space) {
    return space.expertActivations(experts.get(0).innerWidth());
  }
}
