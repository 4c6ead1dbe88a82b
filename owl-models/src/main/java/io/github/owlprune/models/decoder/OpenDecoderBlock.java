package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A decoder block with its weights: {@code a = x + attention(norm(x))}, {@code x ← a +
 * mlp(norm(a))}; in a parallel block {@code x ← a + mlp(norm(x))}.
 *
 * <p>A sequence is cut into chunks of rows. A first round computes keys and values of all chunks; a
 * second round takes each chunk through the rest of the block, so that its rows stay in the cache.
 *
 * <p>A forward pass reads the weights and writes to a workspace. Several threads may each run a
 * sequence at the same time, as each gets a workspace of its own; a linear's weight must not be
 * changed meanwhile.
 */
final class OpenDecoderBlock implements OpenBlock {
  private final BlockRecipe recipe; // configuration
  private final BlockWeights weights; // weights
  private final WorkspacePool workspaces; // working state
  private final Workers workers;
  private final int width; // W

  OpenDecoderBlock(
      BlockRecipe recipe, int width, WeightStore store, WorkspacePool workspaces, Workers workers) {
    this.recipe = recipe;
    this.weights = new BlockWeights(recipe, width, store);
    this.workspaces = workspaces;
    this.workers = workers;
    this.width = width;
  }

  @Override
  public INDArray weight(Linear linear) {
    return weights.matrix(linear).array();
  }

  @Override
  public void forward(float[] hidden, Tap tap) {
    run(hidden, tap, true);
  }

  @Override
  public void observe(float[] hidden, Tap tap) {
    run(hidden, tap, false);
  }

  private void run(float[] hidden, Tap tap, boolean updateHidden) {
    int tokens = hidden.length / width;
    Workspace space = workspaces.acquire(tokens, workers.threads());
    try {
      space.prepare(recipe.attention().shape().rotary(), tokens);
      run(hidden, tokens, space, updateHidden);
      showInputs(tap, space, tokens);
    } finally {
      workspaces.release(space);
    }
  }

  private void run(float[] hidden, int tokens, Workspace space, boolean updateHidden) {
    int chunk = Workspace.chunk(tokens);
    int chunks = (tokens + chunk - 1) / chunk;
    workers.run(
        chunks,
        (task, worker) -> {
          int from = task * chunk;
          int rows = Math.min(chunk, tokens - from);
          computeKeysAndValues(hidden, space, space.scratch.get(worker), from, rows);
        });
    workers.run(
        chunks,
        (task, worker) -> {
          // The last chunk attends to the most keys, so it starts first.
          int from = (chunks - 1 - task) * chunk;
          int rows = Math.min(chunk, tokens - from);
          Workspace.Scratch scratch = space.scratch.get(worker);
          computeMlpActivations(hidden, space, scratch, from, rows);
          if (updateHidden) {
            updateHidden(hidden, space, scratch, from, rows);
          }
        });
  }

  private void computeKeysAndValues(
      float[] hidden, Workspace space, Workspace.Scratch scratch, int from, int rows) {
    // attention norm
    for (int r = from; r < from + rows; r++) {
      weights.attentionResidual().inputNorm().normalize(hidden, r * width, scratch.row, 0);
      space.attentionInput.write(r, scratch.row, width);
    }
    // keys and values
    weights.attention().projectKeysAndValues(space, scratch, from, rows);
  }

  private void computeMlpActivations(
      float[] hidden, Workspace space, Workspace.Scratch scratch, int from, int rows) {
    SelfAttention attention = weights.attention();
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
      weights.attentionResidual().add(row, hidden, offset, row, 0);
      scratch.residual.write(r, row, width);
      // MLP norm
      if (recipe.parallel()) {
        weights.mlpResidual().inputNorm().normalize(hidden, offset, hiddenRow, 0);
      } else {
        weights.mlpResidual().inputNorm().normalize(row, 0, hiddenRow, 0);
      }
      space.mlpInput.write(from + r, hiddenRow, width);
    }
    // gate and up projections, activation
    weights.mlp().computeActivations(space, scratch, from, rows);
  }

  private void updateHidden(
      float[] hidden, Workspace space, Workspace.Scratch scratch, int from, int rows) {
    Projection down = weights.mlp().down();
    // down projection
    down.multiply(space.mlpActivations, from, scratch.output, 0, rows);
    for (int r = 0; r < rows; r++) {
      // residual connection
      down.readRow(scratch.output, r, scratch.row);
      scratch.residual.read(r, scratch.hiddenRow, width);
      weights.mlpResidual().add(scratch.row, scratch.hiddenRow, 0, hidden, (from + r) * width);
    }
  }

  private void showInputs(Tap tap, Workspace space, int tokens) {
    if (tap != Tap.NONE) {
      showInput(tap, recipe.attention().query(), space.attentionInput, tokens);
      showInput(tap, recipe.attention().output(), space.headOutputs, tokens);
      showInput(tap, recipe.mlp().up(), space.mlpInput, tokens);
      showInput(tap, recipe.mlp().down(), space.mlpActivations, tokens);
    }
  }

  private static void showInput(Tap tap, LinearRecipe reader, Matrix input, int tokens) {
    tap.accept(reader.linear().input(), input.top(tokens).array());
  }

  @Override
  public void save() {
    weights.save();
  }

  @Override
  public void close() {
    weights.close();
  }
}
