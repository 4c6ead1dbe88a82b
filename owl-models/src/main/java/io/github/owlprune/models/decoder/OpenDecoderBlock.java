package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.model.Workers;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A decoder block with its weights: {@code x ← x + attention(norm(x))}, {@code x ← x +
 * mlp(norm(x))}.
 *
 * <p>A sequence is cut into chunks of rows. In a first round every chunk is normed and leaves its
 * keys and values; in a second round a chunk goes through all the rest on its own, so that its rows
 * stay in the cache.
 */
final class OpenDecoderBlock implements OpenBlock {
  private final BlockRecipe recipe;
  private final DecoderWeights weights;
  private final Workers workers;
  private final Workspaces workspaces;
  private final int width;
  private final Map<String, Matrix> matrices;
  private final Norm attentionNorm;
  private final SelfAttention attention;
  private final Norm mlpNorm;
  private final GatedMlp mlp;

  OpenDecoderBlock(
      DecoderRecipe decoder,
      BlockRecipe recipe,
      DecoderWeights weights,
      Workers workers,
      Workspaces workspaces) {
    this.recipe = recipe;
    this.weights = weights;
    this.workers = workers;
    this.workspaces = workspaces;
    this.width = decoder.width();
    this.matrices = weights.matrices(recipe);
    this.attentionNorm = norm(recipe.attentionNorm(), decoder);
    this.mlpNorm = norm(recipe.mlpNorm(), decoder);
    this.attention =
        new SelfAttention(
            decoder.attention(),
            projection(recipe.query()),
            projection(recipe.key()),
            projection(recipe.value()),
            projection(recipe.output()));
    this.mlp =
        new GatedMlp(projection(recipe.gate()), projection(recipe.up()), projection(recipe.down()));
  }

  private Norm norm(String tensor, DecoderRecipe decoder) {
    return new RmsNorm(weights.vector(tensor, width), decoder.normEpsilon());
  }

  private Projection projection(LinearRecipe l) {
    return new Projection(
        matrix(l.linear()),
        l.bias() == null ? null : weights.vector(l.bias(), l.linear().outputs()));
  }

  private Matrix matrix(Linear linear) {
    Matrix matrix = matrices.get(linear.name());
    if (matrix == null) {
      throw new IllegalArgumentException(recipe.name() + " has no linear " + linear.name());
    }
    return matrix;
  }

  @Override
  public INDArray weight(Linear linear) {
    return matrix(linear).array();
  }

  @Override
  public void forward(float[] hidden, Tap tap) {
    run(hidden, tap, true);
  }

  @Override
  public void observe(float[] hidden, Tap tap) {
    run(hidden, tap, false);
  }

  private void run(float[] hidden, Tap tap, boolean toTheEnd) {
    int tokens = hidden.length / width;
    Workspace space = workspaces.forTokens(tokens, workers);
    attention.shape().rotary().prepare(tokens);
    int chunks = Workspace.chunks(tokens);
    workers.run(
        chunks,
        (chunk, worker) -> {
          int from = chunk * Workspace.CHUNK;
          remember(hidden, space, space.lanes.get(worker), from, rows(from, tokens));
        });
    workers.run(
        chunks,
        (task, worker) -> {
          // The last chunk sees the most keys, so it is begun first.
          int from = (chunks - 1 - task) * Workspace.CHUNK;
          continueChunk(hidden, space, space.lanes.get(worker), from, rows(from, tokens), toTheEnd);
        });
    show(tap, recipe.query(), space.normed, hidden);
    show(tap, recipe.output(), space.attended, hidden);
    show(tap, recipe.up(), space.normedAgain, hidden);
    show(tap, recipe.down(), space.activated, hidden);
  }

  private static int rows(int from, int tokens) {
    return Math.min(Workspace.CHUNK, tokens - from);
  }

  private void remember(float[] hidden, Workspace space, Workspace.Lane lane, int from, int rows) {
    for (int r = from; r < from + rows; r++) {
      attentionNorm.apply(hidden, r * width, lane.row);
      space.normed.write(r, lane.row, width);
    }
    attention.remember(space, lane, from, rows);
  }

  private void continueChunk(
      float[] hidden, Workspace space, Workspace.Lane lane, int from, int rows, boolean toTheEnd) {
    attention.attend(space, lane, from, rows);
    attention.output().multiply(space.attended, from, lane.residual, 0, rows);
    float[] row = lane.row;
    float[] hiddenRow = lane.hiddenRow;
    for (int r = 0; r < rows; r++) {
      int at = (from + r) * width;
      attention.output().read(lane.residual, r, row);
      for (int j = 0; j < width; j++) {
        row[j] += hidden[at + j];
      }
      lane.residual.write(r, row, width);
      mlpNorm.apply(row, 0, hiddenRow);
      space.normedAgain.write(from + r, hiddenRow, width);
    }
    mlp.activate(space, lane, from, rows);
    if (!toTheEnd) {
      return;
    }
    mlp.down().multiply(space.activated, from, lane.product, 0, rows);
    for (int r = 0; r < rows; r++) {
      int at = (from + r) * width;
      mlp.down().read(lane.product, r, row);
      lane.residual.read(r, hiddenRow, width);
      for (int j = 0; j < width; j++) {
        hidden[at + j] = row[j] + hiddenRow[j];
      }
    }
  }

  private void show(Tap tap, LinearRecipe reader, Matrix input, float[] hidden) {
    if (tap != Tap.NONE) {
      tap.see(reader.linear().input(), input.top(hidden.length / width).array());
    }
  }

  @Override
  public void save() {
    weights.save(recipe, matrices);
  }

  @Override
  public void close() {
    matrices.values().forEach(Matrix::close);
  }
}
