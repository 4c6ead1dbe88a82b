package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of a forward pass, allocated once and reused for every sequence and block. What a tap
 * is shown lies here for the whole sequence; what nobody else sees is a chunk of rows a worker.
 */
final class Workspace implements AutoCloseable {
  /** Rows of a task: enough for a product to run at full speed, few enough to share out. */
  static final int CHUNK = 256;

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
    int chunk = Math.min(CHUNK, tokens);
    for (int w = 0; w < workers; w++) {
      lanes.add(new Lane(recipe, chunk));
    }
  }

  /** What one worker needs for one chunk. */
  final class Lane {
    final Matrix projected; // [CHUNK, Q]
    final Matrix queries; // [key-value heads · CHUNK · group, head size], then what they attend to
    final float[] queryLengths; // a norm for each row of queries
    final int tileQueries; // queries of a tile of scores, each with its group of heads
    final Matrix scores; // [tileQueries · group, T]
    final Matrix up; // [CHUNK, I]
    final Matrix residual; // [CHUNK, W], the hidden states between attention and MLP
    final Matrix product; // [CHUNK, W]
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
    long chunk = Math.min(CHUNK, tokens);
    long scores = Math.max(SCORES, a.group());
    return tokens * (2 * width + 2L * a.keyWidth() + a.queryWidth() + mlp)
        + workers * (chunk * (2L * a.queryWidth() + mlp + 2 * width) + scores * tokens);
  }

  static int chunks(int tokens) {
    return (tokens + CHUNK - 1) / CHUNK;
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
