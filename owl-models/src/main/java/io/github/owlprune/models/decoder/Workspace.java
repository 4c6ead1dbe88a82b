package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of a forward pass, allocated once and reused for every sequence and block. What a tap
 * is shown lies here for the whole sequence; what nobody else sees is a chunk of rows a worker.
 */
final class Workspace implements AutoCloseable {
  /** The most rows of a task: a product has its full speed from there on. */
  private static final int LONGEST_CHUNK = 256;

  /** The fewest: with as many a product has two thirds of its speed, so two workers gain. */
  private static final int SHORTEST_CHUNK = 64;

  /** Rows of a tile of attention scores, {@code [SCORES, T]}: it should stay in the cache. */
  private static final int SCORES = 192;

  /** The longest sequence that fits. */
  final int tokens;

  final Matrix normed; // [T, W], input of q, k and v
  final Matrix keys; // [T, K]
  final Matrix values; // [T, K]
  final float[] keyLengths; // [T, key-value heads], the norm of every key
  final Matrix attended; // [T, Q], input of o
  final Matrix normedAgain; // [T, W], input of the MLP
  final Matrix activated; // [T, I], input of down
  final List<Lane> lanes;
  private final List<Matrix> all = new ArrayList<>();

  Workspace(DecoderRecipe recipe, int tokens, int workers) {
    AttentionShape a = recipe.attention();
    int width = recipe.width();
    int mlp = recipe.mlpWidth();
    this.tokens = tokens;
    this.normed = matrix(tokens, width);
    this.keys = matrix(tokens, a.keyWidth());
    this.values = matrix(tokens, a.keyWidth());
    this.keyLengths = new float[tokens * a.keyValueHeads()];
    this.attended = matrix(tokens, a.queryWidth());
    this.normedAgain = matrix(tokens, width);
    this.activated = matrix(tokens, mlp);
    this.lanes = new ArrayList<>();
    int chunk = chunk(tokens);
    for (int w = 0; w < workers; w++) {
      lanes.add(new Lane(recipe, chunk));
    }
  }

  /** What one worker needs for one chunk. */
  final class Lane {
    final Matrix projected; // [chunk, Q]
    final Matrix queries; // [key-value heads · chunk · group, head size], then what they attend to
    final float[] queryLengths; // a norm for each row of queries
    final int tileQueries; // queries of a tile of scores, each with its group of heads
    final Matrix scores; // [tileQueries · group, T]
    final Matrix up; // [chunk, I]
    final Matrix residual; // [chunk, W], the hidden states between attention and MLP
    final Matrix product; // [chunk, W]
    final float[] row; // any row
    final float[] upRow; // [I]
    final float[] hiddenRow; // [W]

    Lane(DecoderRecipe recipe, int chunk) {
      int width = recipe.width();
      int query = recipe.attention().queryWidth();
      int mlp = activated.columns();
      AttentionShape attention = recipe.attention();
      projected = matrix(chunk, query);
      queries = matrix(chunk * attention.heads(), attention.headSize());
      queryLengths = new float[chunk * attention.heads()];
      tileQueries = Math.min(chunk, Math.max(1, SCORES / attention.group()));
      scores = matrix(tileQueries * attention.group(), tokens);
      up = matrix(chunk, mlp);
      residual = matrix(chunk, width);
      product = matrix(chunk, width);
      row = new float[Math.max(Math.max(tokens, mlp), Math.max(width, query))];
      upRow = new float[mlp];
      hiddenRow = new float[width];
    }
  }

  /** How many floats a workspace of native memory has. */
  static long floats(DecoderRecipe recipe, long tokens, int workers) {
    AttentionShape a = recipe.attention();
    long width = recipe.width();
    long mlp = recipe.mlpWidth();
    long chunk = chunk(tokens);
    long scores = Math.max(SCORES, a.group());
    return tokens * (2 * width + 2L * a.keyWidth() + a.queryWidth() + mlp)
        + workers * (chunk * (2L * a.queryWidth() + mlp + 2 * width) + scores * tokens);
  }

  /**
   * Rows of a task: half of a short sequence, so that two workers share it. They depend on the
   * sequence alone, since with the number of workers the last bits of a product would change.
   */
  static int chunk(long tokens) {
    long half = Math.max(SHORTEST_CHUNK, (tokens + 1) / 2);
    return (int) Math.min(tokens, Math.min(LONGEST_CHUNK, half));
  }

  private Matrix matrix(int rows, int columns) {
    Matrix matrix = Matrix.allocate(rows, columns);
    all.add(matrix);
    return matrix;
  }

  @Override
  public void close() {
    all.forEach(Matrix::close);
  }
}
