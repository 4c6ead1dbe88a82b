package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Tap;

/**
 * Computes a decoder block: {@code a = x + attention(norm(x))}, {@code x ← a + mlp(norm(a))}; in a
 * parallel block {@code x ← a + mlp(norm(x))}.
 *
 * <p>A sequence is cut into chunks of rows. A first round computes keys and values of all chunks; a
 * second round takes each chunk through the rest of the block, so that its rows stay in the cache.
 *
 * <p>A pass reads the weights and writes to a workspace. Several threads may each run a sequence at
 * the same time, as each gets a workspace of its own; a linear's weight must not be changed
 * meanwhile.
 */
final class BlockPass {
  private final BlockRecipe recipe; // configuration
  private final BlockParts parts; // weights
  private final WorkspacePool workspaces; // working state
  private final Workers workers;
  private final int width; // W

  BlockPass(
      BlockRecipe recipe, int width, BlockParts parts, WorkspacePool workspaces, Workers workers) {
    this.recipe = recipe;
    this.parts = parts;
    this.workspaces = workspaces;
    this.workers = workers;
    this.width = width;
  }

  /**
   * Runs a whole sequence through the block.
   *
   * @param hidden the hidden states {@code [tokens, W]}
   * @param tap receives the inputs of the linears, or {@link Tap#NONE}
   * @param updateHidden whether to replace the hidden states by the block's output
   */
  void run(float[] hidden, Tap tap, boolean updateHidden) {
    int tokens = hidden.length / width;
    Workspace space = workspaces.acquire(tokens, tokens, workers.threads());
    try {
      space.beginSequence(rotary(), tokens);
      run(hidden, tokens, space, updateHidden);
      showInputs(tap, space, tokens);
    } finally {
      workspaces.release(space);
    }
  }

  /**
   * Runs tokens that continue a sequence through the block.
   *
   * @param hidden the hidden states {@code [tokens, W]} of the new tokens; replaced by the block's
   *     output
   * @param past the keys and values of the earlier tokens, with room for the new ones, which are
   *     added
   * @param firstPosition the position of the first new token
   */
  void append(float[] hidden, KeyValues past, int firstPosition) {
    int tokens = hidden.length / width;
    Workspace space = workspaces.acquire(tokens, past.capacity(), workers.threads());
    try {
      space.begin(rotary(), past, firstPosition, tokens);
      run(hidden, tokens, space, true);
    } finally {
      workspaces.release(space);
    }
  }

  private Rotary rotary() {
    return recipe.attention().shape().rotary();
  }

  private void run(float[] hidden, int tokens, Workspace space, boolean updateHidden) {
    if (parts.mlp() instanceof MixtureOfExperts experts) {
      run(hidden, tokens, space, experts, updateHidden);
    } else {
      run(hidden, tokens, space, (Mlp) parts.mlp(), updateHidden);
    }
  }

  private void run(float[] hidden, int tokens, Workspace space, Mlp mlp, boolean updateHidden) {
    Matrix activations = space.mlpActivations(mlp.innerWidth());
    forEachChunk(
        space,
        tokens,
        (scratch, from, rows) -> computeKeysAndValues(hidden, space, scratch, from, rows));
    forEachChunk(
        space,
        tokens,
        (scratch, from, rows) -> {
          computeMlpInput(hidden, space, scratch, from, rows);
          // gate and up projections, activation
          mlp.computeActivations(space.mlpInput, activations, from, rows, scratch);
          if (updateHidden) {
            updateHidden(hidden, mlp.down(), activations, scratch, from, rows);
          }
        });
  }

  /**
   * Runs a block with a mixture of experts. An expert's rows are known only when the tokens of all
   * chunks are routed; until its output is added, the attention's result waits in the hidden
   * states.
   */
  private void run(
      float[] hidden, int tokens, Workspace space, MixtureOfExperts experts, boolean updateHidden) {
    forEachChunk(
        space,
        tokens,
        (scratch, from, rows) -> computeKeysAndValues(hidden, space, scratch, from, rows));
    space.routing.prepare(experts.router().active());
    forEachChunk(
        space,
        tokens,
        (scratch, from, rows) -> {
          computeMlpInput(hidden, space, scratch, from, rows);
          experts.route(space, scratch, from, rows);
          for (int r = 0; updateHidden && r < rows; r++) {
            scratch.residual.read(r, hidden, (from + r) * width, width);
          }
        });
    experts.compute(space, tokens, workers, updateHidden);
    if (updateHidden) {
      forEachChunk(
          space,
          tokens,
          (scratch, from, rows) -> addOutputs(hidden, space, experts, scratch, from, rows));
    }
  }

  /** Computes some rows. */
  private interface ChunkTask {
    void run(Workspace.Scratch scratch, int from, int rows);
  }

  private void forEachChunk(Workspace space, int tokens, ChunkTask task) {
    int chunk = Workspace.chunk(tokens);
    int chunks = (tokens + chunk - 1) / chunk;
    workers.run(
        chunks,
        (number, worker) -> {
          // The last chunk attends to the most keys, so it starts first.
          int from = (chunks - 1 - number) * chunk;
          int rows = Math.min(chunk, tokens - from);
          task.run(space.scratch.get(worker), from, rows);
        });
  }

  private void computeKeysAndValues(
      float[] hidden, Workspace space, Workspace.Scratch scratch, int from, int rows) {
    // attention norm
    for (int r = from; r < from + rows; r++) {
      parts.attentionResidual().inputNorm().normalize(hidden, r * width, scratch.row, 0);
      space.attentionInput.write(r, scratch.row, width);
    }
    // keys and values
    parts.attention().projectKeysAndValues(space, scratch, from, rows);
  }

  /** Computes {@code space.mlpInput} and {@code scratch.residual} of a chunk of rows. */
  private void computeMlpInput(
      float[] hidden, Workspace space, Workspace.Scratch scratch, int from, int rows) {
    SelfAttention attention = parts.attention();
    float[] row = scratch.row;
    float[] hiddenRow = scratch.hiddenRow;
    // queries, scores, softmax, weighted sum of values
    attention.attend(space, scratch, from, rows);
    // output projection
    attention.output().multiply(space.headOutputs, from, scratch.residual, 0, rows);
    for (int r = 0; r < rows; r++) {
      int offset = (from + r) * width;
      // residual connection
      attention.output().readRow(scratch.residual, r, row);
      parts.attentionResidual().add(row, hidden, offset, row, 0);
      scratch.residual.write(r, row, width);
      // MLP norm
      if (recipe.parallel()) {
        parts.mlpResidual().inputNorm().normalize(hidden, offset, hiddenRow, 0);
      } else {
        parts.mlpResidual().inputNorm().normalize(row, 0, hiddenRow, 0);
      }
      space.mlpInput.write(from + r, hiddenRow, width);
    }
  }

  private void updateHidden(
      float[] hidden,
      Projection down,
      Matrix activations,
      Workspace.Scratch scratch,
      int from,
      int rows) {
    // down projection
    down.multiply(activations, from, scratch.output, 0, rows);
    for (int r = 0; r < rows; r++) {
      // residual connection
      down.readRow(scratch.output, r, scratch.row);
      scratch.residual.read(r, scratch.hiddenRow, width);
      parts.mlpResidual().add(scratch.row, scratch.hiddenRow, 0, hidden, (from + r) * width);
    }
  }

  private void addOutputs(
      float[] hidden,
      Workspace space,
      MixtureOfExperts experts,
      Workspace.Scratch scratch,
      int from,
      int rows) {
    experts.computeSharedOutput(space, scratch, from, rows);
    for (int r = 0; r < rows; r++) {
      int offset = (from + r) * width;
      experts.readOutput(space, scratch, from + r, r, scratch.row);
      // residual connection
      parts.mlpResidual().add(scratch.row, hidden, offset, hidden, offset);
    }
  }

  private void showInputs(Tap tap, Workspace space, int tokens) {
    if (tap != Tap.NONE) {
      new ShownInputs(tap, space, tokens).show(recipe);
    }
  }
}
