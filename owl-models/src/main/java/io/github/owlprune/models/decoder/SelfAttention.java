package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Causal grouped-query self-attention with rotary positions:
 *
 * <pre>
 *   q, k, v = W_q x, W_k x, W_v x          q and k normed, and turned by their positions
 *   a_t = Σ_{t − window < u ≤ t} softmax_u(scale · q_t · k_u) v_u      for every head
 *   y = W_o a
 * </pre>
 *
 * <p>Keys and values are made for the whole sequence first; then every chunk of queries is on its
 * own. The query heads that share a key-value head are stacked as rows of one matrix, so that one
 * product serves the whole group, and scores exist for one group and a tile of queries at a time,
 * over the keys from the first that the tile's first query sees to its last query.
 */
record SelfAttention(
    AttentionShape shape,
    Projection query,
    Projection key,
    Projection value,
    Projection output,
    @Nullable Norm queryNorm,
    @Nullable Norm keyNorm) {

  /** Keys and values of a chunk of rows of {@code space.normed}. */
  void remember(Workspace space, Workspace.Lane lane, int from, int rows) {
    key.multiply(space.normed, from, space.keys, from, rows);
    value.multiply(space.normed, from, space.values, from, rows);
    int heads = shape.keyValueHeads();
    for (int r = from; r < from + rows; r++) {
      key.read(space.keys, r, lane.row);
      normHeads(keyNorm, lane.row, heads);
      shape.rotary().turn(lane.row, heads, r, 1f);
      space.keys.write(r, lane.row, shape.keyWidth());
      for (int h = 0; h < heads; h++) {
        space.keyLengths[r * heads + h] = length(lane.row, h * shape.headSize());
      }
      if (value.hasBias()) {
        value.read(space.values, r, lane.row);
        space.values.write(r, lane.row, shape.keyWidth());
      }
    }
  }

  private void normHeads(@Nullable Norm norm, float[] row, int heads) {
    if (norm != null) {
      for (int h = 0; h < heads; h++) {
        int at = h * shape.headSize();
        norm.apply(row, at, row, at);
      }
    }
  }

  /** The length of the head that begins at an index. */
  private float length(float[] row, int at) {
    float sum = 0;
    for (int i = at; i < at + shape.headSize(); i++) {
      sum += row[i] * row[i];
    }
    return (float) Math.sqrt(sum);
  }

  /** Fills a chunk of rows of {@code space.attended}; needs the keys and values up to its end. */
  void attend(Workspace space, Workspace.Lane lane, int from, int rows) {
    stackQueries(space, lane, from, rows);
    for (int head = 0; head < shape.keyValueHeads(); head++) {
      for (int r = 0; r < rows; r += lane.tileQueries) {
        attend(space, lane, head, from, r, Math.min(lane.tileQueries, rows - r), rows);
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int head = 0; head < shape.keyValueHeads(); head++) {
        for (int g = 0; g < shape.group(); g++) {
          int at = (head * shape.group() + g) * shape.headSize();
          lane.queries.read(stacked(head, r, rows) + g, lane.row, at, shape.headSize());
        }
      }
      space.attended.write(from + r, lane.row, shape.queryWidth());
    }
  }

  /** The row of {@code lane.queries} where a query's heads of a group begin. */
  private int stacked(int keyValueHead, int query, int queries) {
    return (keyValueHead * queries + query) * shape.group();
  }

  private void stackQueries(Workspace space, Workspace.Lane lane, int from, int rows) {
    query.multiply(space.normed, from, lane.projected, 0, rows);
    for (int r = 0; r < rows; r++) {
      query.read(lane.projected, r, lane.row);
      normHeads(queryNorm, lane.row, shape.heads());
      shape.rotary().turn(lane.row, shape.heads(), from + r, shape.scale());
      for (int head = 0; head < shape.keyValueHeads(); head++) {
        int row = stacked(head, r, rows);
        for (int g = 0; g < shape.group(); g++) {
          int at = (head * shape.group() + g) * shape.headSize();
          lane.queries.write(row + g, lane.row, at, shape.headSize());
          lane.queryLengths[row + g] = length(lane.row, at);
        }
      }
    }
  }

  private void attend(
      Workspace space,
      Workspace.Lane lane,
      int head,
      int from,
      int firstQuery,
      int queries,
      int rows) {
    int size = shape.headSize();
    int group = shape.group();
    int first = shape.firstSeen(from + firstQuery);
    int end = from + firstQuery + queries; // keys up to the tile's last query
    int keys = end - first;
    Gemm.Tile stack = new Gemm.Tile(lane.queries, stacked(head, firstQuery, rows), 0);
    Gemm.Tile scores = new Gemm.Tile(lane.scores, 0, 0);
    Gemm.abt(
        queries * group, keys, size, stack, new Gemm.Tile(space.keys, first, head * size), scores);
    float longestKey = longestKey(space, head, first, end);
    for (int r = 0; r < queries * group; r++) {
      int position = from + firstQuery + r / group;
      int hidden = shape.firstSeen(position) - first; // keys of the tile before the window
      int visible = position + 1 - first - hidden;
      lane.scores.read(r, hidden, lane.row, visible);
      // |q · k| is at most the product of the norms.
      if (lane.queryLengths[stack.row() + r] * longestKey <= Exponential.SAFE) {
        Exponential.safeSoftmax(lane.row, visible);
      } else {
        Exponential.softmax(lane.row, visible);
      }
      Arrays.fill(lane.row, visible, keys - hidden, 0f);
      lane.scores.write(r, hidden, lane.row, keys - hidden);
      if (hidden > 0) {
        Arrays.fill(lane.row, 0, hidden, 0f);
        lane.scores.write(r, lane.row, hidden);
      }
    }
    // The queries have done their work; what they attend to takes their place.
    Gemm.ab(
        queries * group,
        size,
        keys,
        scores,
        new Gemm.Tile(space.values, first, head * size),
        stack);
  }

  private float longestKey(Workspace space, int head, int first, int end) {
    float longest = 0;
    for (int t = first; t < end; t++) {
      longest = Math.max(longest, space.keyLengths[t * shape.keyValueHeads() + head]);
    }
    return longest;
  }
}
