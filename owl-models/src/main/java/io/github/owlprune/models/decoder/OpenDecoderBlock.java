package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.model.Workers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A decoder block with its weights: {@code a = x + attention(x)}, {@code x ← a + mlp(a)}, each with
 * its norms; in a parallel block {@code x ← a + mlp(x)}.
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
  private final Residual aroundAttention;
  private final SelfAttention attention;
  private final Residual aroundMlp;
  private final Mlp mlp;

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
    this.aroundAttention = residual(recipe.aroundAttention());
    this.attention = attention(recipe.attention());
    this.aroundMlp = residual(recipe.aroundMlp());
    this.mlp = mlp(recipe.mlp());
  }

  private Residual residual(ResidualRecipe r) {
    Norm before = norm(r.before(), width);
    return new Residual(
        width,
        before == null ? new Unnormed(width) : before,
        norm(r.after(), width),
        norm(r.sum(), width));
  }

  private SelfAttention attention(AttentionRecipe a) {
    return new SelfAttention(
        a.shape(),
        projection(a.query()),
        projection(a.key()),
        projection(a.value()),
        projection(a.output()),
        norm(a.queryNorm(), a.shape().headSize()),
        norm(a.keyNorm(), a.shape().headSize()));
  }

  private Mlp mlp(MlpRecipe m) {
    return m.gate() == null
        ? new PlainMlp(projection(m.up()), m.activation(), projection(m.down()))
        : new GatedMlp(
            projection(m.gate()), projection(m.up()), m.activation(), projection(m.down()));
  }

  private @Nullable Norm norm(@Nullable NormRecipe norm, int values) {
    return norm == null ? null : weights.norm(norm, values);
  }

  private Projection projection(LinearRecipe l) {
    return new Projection(matrix(l.linear()), weights.bias(l));
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
    int chunk = Workspace.chunk(tokens);
    int chunks = (tokens + chunk - 1) / chunk;
    workers.run(
        chunks,
        (task, worker) -> {
          int from = task * chunk;
          int rows = Math.min(chunk, tokens - from);
          remember(hidden, space, space.lanes.get(worker), from, rows);
        });
    workers.run(
        chunks,
        (task, worker) -> {
          // The last chunk sees the most keys, so it is begun first.
          int from = (chunks - 1 - task) * chunk;
          int rows = Math.min(chunk, tokens - from);
          continueChunk(hidden, space, space.lanes.get(worker), from, rows, toTheEnd);
        });
    show(tap, recipe.attention().query(), space.normed, hidden);
    show(tap, recipe.attention().output(), space.attended, hidden);
    show(tap, recipe.mlp().up(), space.normedAgain, hidden);
    show(tap, recipe.mlp().down(), space.activated, hidden);
  }

  private void remember(float[] hidden, Workspace space, Workspace.Lane lane, int from, int rows) {
    for (int r = from; r < from + rows; r++) {
      aroundAttention.before().apply(hidden, r * width, lane.row, 0);
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
      aroundAttention.add(row, hidden, at, row, 0);
      lane.residual.write(r, row, width);
      if (recipe.parallel()) {
        aroundMlp.before().apply(hidden, at, hiddenRow, 0);
      } else {
        aroundMlp.before().apply(row, 0, hiddenRow, 0);
      }
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
      aroundMlp.add(row, hiddenRow, 0, hidden, at);
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
