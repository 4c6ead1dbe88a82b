package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;

/**
 * Causal grouped-query self-attention with rotary positions:
 *
 * <pre>
 *   q, k, v = W_q x, W_k x, W_v x          q and k turned by their positions
 *   a_t = Σ_{u ≤ t} softmax_u(q_t · k_u / √headSize) v_u      for every head
 *   y = W_o a
 * </pre>
 *
 * <p>Keys and values are made for the whole sequence first; then every chunk of queries is on its
 * own. Scores exist for one head and {@link Workspace#QUERIES} queries at a time, over the keys up to
 * the last of those queries.
 */
record SelfAttention(
    AttentionShape shape, Projection query, Projection key, Projection value, Projection output) {

  /** Keys and values of a chunk of rows of {@code space.normed}. */
  void remember(Workspace space, Workspace.Lane lane, int from, int rows) {
    key.multiply(space.normed, from, space.keys, from, rows);
    value.multiply(space.normed, from, space.values, from, rows);
    for (int r = from; r < from + rows; r++) {
      key.read(space.keys, r, lane.row);
      shape.rotary().turn(lane.row, shape.keyValueHeads(), r, 1f);
      space.keys.write(r, lane.row, shape.keyWidth());
      if (value.hasBias()) {
        value.read(space.values, r, lane.row);
        space.values.write(r, lane.row, shape.keyWidth());
      }
    }
  }

  /** Fills a chunk of rows of {@code space.attended}; needs the keys and values up to its end. */
  void attend(Workspace space, Workspace.Lane lane, int from, int rows) {
    query.multiply(space.normed, from, lane.queries, 0, rows);
    for (int r = 0; r < rows; r++) {
      query.read(lane.queries, r, lane.row);
      shape.rotary().turn(lane.row, shape.heads(), from + r, shape.scale());
      lane.queries.write(r, lane.row, shape.queryWidth());
    }
    for (int head = 0; head < shape.heads(); head++) {
      for (int r = 0; r < rows; r += Workspace.QUERIES) {
        attend(space, lane, head, from + r, r, Math.min(Workspace.QUERIES, rows - r));
      }
    }
  }

  private void attend(
      Workspace space, Workspace.Lane lane, int head, int position, int firstQuery, int queries) {
    int size = shape.headSize();
    int seen = position + queries; // keys up to the tile's last query
    int keyColumn = shape.keyValueHead(head) * size;
    Matrix scores = lane.scores;
    Gemm.abt(
        queries,
        seen,
        size,
        new Gemm.Tile(lane.queries, firstQuery, head * size),
        new Gemm.Tile(space.keys, 0, keyColumn),
        new Gemm.Tile(scores, 0, 0));
    float[] row = lane.row;
    for (int r = 0; r < queries; r++) {
      int visible = position + r + 1;
      scores.read(r, row, visible);
      Exponential.softmax(row, visible);
      java.util.Arrays.fill(row, visible, seen, 0f);
      scores.write(r, row, seen);
    }
    Gemm.ab(
        queries,
        size,
        seen,
        new Gemm.Tile(scores, 0, 0),
        new Gemm.Tile(space.values, 0, keyColumn),
        new Gemm.Tile(space.attended, position, head * size));
  }
}
