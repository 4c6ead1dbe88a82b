package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Causal grouped-query self-attention (arXiv 2305.13245) with rotary positions (arXiv 2104.09864):
 *
 * <pre>
 *   q, k, v = W_q x, W_k x, W_v x          q and k optionally normed; all optionally clipped; then rotated
 *   a_t = Σ_{t − window < u ≤ t} softmax_u(c(scale_t · q_t · k_u)) v_u      for every head
 *   y = W_o a
 * </pre>
 *
 * <p>The change c of the scores is the identity in most models.
 *
 * <p>Keys and values are computed for all tokens of a pass first; then every chunk of queries is
 * independent. Rows count from the pass's first token, positions from the sequence's. The query
 * heads that share a key-value head are stacked as rows of one matrix, so that one product serves
 * the whole group. Scores exist for one group and one tile of queries at a time, over the keys from
 * the first that the tile's first query sees to its last query.
 */
record SelfAttention(
    AttentionShape shape,
    Projection query,
    Projection key,
    Projection value,
    Projection output,
    @Nullable HeadNorm queryNorm,
    @Nullable HeadNorm keyNorm) {

  /** Computes the keys and values of a chunk of rows. */
  void projectKeysAndValues(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    // keys and values
    Matrix keys = space.keyValues().keys();
    Matrix values = space.keyValues().values();
    float[] keyLengths = space.keyValues().keyLengths();
    int first = space.firstPosition() + from;
    key.multiply(space.attentionInput, from, keys, first, rows);
    value.multiply(space.attentionInput, from, values, first, rows);
    RotaryTable rotary = space.table(shape.rotary());
    int heads = shape.keyValueHeads();
    for (int p = first; p < first + rows; p++) {
      // key norm, rotation
      key.readRow(keys, p, scratch.row);
      if (keyNorm != null) {
        keyNorm.normalize(scratch.row);
      }
      shape.clip(scratch.row, shape.keyWidth());
      rotary.rotate(scratch.row, heads, p, 1f);
      keys.write(p, scratch.row, shape.keyWidth());
      for (int h = 0; h < heads; h++) {
        keyLengths[p * heads + h] = length(scratch.row, h * shape.headSize());
      }
      // bias of the values
      if (value.bias() != null || shape.clip() < Float.POSITIVE_INFINITY) {
        value.readRow(values, p, scratch.row);
        shape.clip(scratch.row, shape.keyWidth());
        values.write(p, scratch.row, shape.keyWidth());
      }
    }
  }

  /**
   * Computes {@code space.headOutputs} of a chunk of rows; needs keys and values up to its last
   * row.
   */
  void attend(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    projectQueries(space, scratch, from, rows);
    for (int head = 0; head < shape.keyValueHeads(); head++) {
      for (int r = 0; r < rows; r += scratch.queriesPerTile) {
        int queries = Math.min(scratch.queriesPerTile, rows - r);
        int stackRow = stackRow(head, r, rows);
        attendTile(space, scratch, head, stackRow, space.firstPosition() + from + r, queries);
      }
    }
    concatenateHeads(space, scratch, from, rows);
  }

  private void projectQueries(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    // queries
    query.multiply(space.attentionInput, from, scratch.queries, 0, rows);
    RotaryTable rotary = space.table(shape.rotary());
    for (int r = 0; r < rows; r++) {
      // query norm, rotation and scale
      query.readRow(scratch.queries, r, scratch.row);
      if (queryNorm != null) {
        queryNorm.normalize(scratch.row);
      }
      shape.clip(scratch.row, shape.queryWidth());
      int position = space.firstPosition() + from + r;
      rotary.rotate(scratch.row, shape.heads(), position, shape.scale(position));
      // the heads of a group become rows of one matrix
      for (int head = 0; head < shape.keyValueHeads(); head++) {
        int stackRow = stackRow(head, r, rows);
        for (int g = 0; g < shape.group(); g++) {
          int offset = (head * shape.group() + g) * shape.headSize();
          scratch.stackedQueries.write(stackRow + g, scratch.row, offset, shape.headSize());
          scratch.queryLengths[stackRow + g] = length(scratch.row, offset);
        }
      }
    }
  }

  /** Returns the row of {@code scratch.stackedQueries} where a query's group of heads begins. */
  private int stackRow(int keyValueHead, int query, int queries) {
    return (keyValueHead * queries + query) * shape.group();
  }

  /** Replaces a tile of stacked queries by their heads' outputs. */
  private void attendTile(
      Workspace space,
      Workspace.Scratch scratch,
      int head,
      int stackRow,
      int firstPosition,
      int queries) {
    int headSize = shape.headSize();
    int rows = queries * shape.group();
    int firstKey = shape.firstVisible(firstPosition);
    int keys = firstPosition + queries - firstKey; // up to the tile's last query
    Gemm.Tile stack = new Gemm.Tile(scratch.stackedQueries, stackRow, 0);
    Gemm.Tile scores = new Gemm.Tile(scratch.scores, 0, 0);
    // scores: q · k, [rows, keys]
    Gemm.abt(
        rows,
        keys,
        headSize,
        stack,
        new Gemm.Tile(space.keyValues().keys(), firstKey, head * headSize),
        scores);
    softmax(space, scratch, head, stackRow, firstPosition, queries);
    // weighted sum of values, [rows, head size]
    Gemm.ab(
        rows,
        headSize,
        keys,
        scores,
        new Gemm.Tile(space.keyValues().values(), firstKey, head * headSize),
        stack);
  }

  /** Replaces a tile's scores by attention weights: 0 before the window and after the query. */
  private void softmax(
      Workspace space,
      Workspace.Scratch scratch,
      int head,
      int stackRow,
      int firstPosition,
      int queries) {
    int firstKey = shape.firstVisible(firstPosition);
    int endKey = firstPosition + queries;
    int keys = endKey - firstKey;
    float longestKey = longestKey(space, head, firstKey, endKey);
    for (int r = 0; r < queries * shape.group(); r++) {
      int position = firstPosition + r / shape.group();
      int masked = shape.firstVisible(position) - firstKey; // keys of the tile before the window
      int visible = position + 1 - firstKey - masked;
      scratch.scores.read(r, masked, scratch.row, visible);
      if (shape.scoreChange() != null) {
        int queryHead = head * shape.group() + r % shape.group();
        shape.scoreChange().apply(scratch.row, visible, queryHead, firstKey + masked);
        Exponential.softmax(scratch.row, visible);
      } else if (scratch.queryLengths[stackRow + r] * longestKey <= Exponential.SAFE) {
        // |q · k| ≤ |q| |k|
        Exponential.safeSoftmax(scratch.row, visible);
      } else {
        Exponential.softmax(scratch.row, visible);
      }
      Arrays.fill(scratch.row, visible, keys - masked, 0f);
      scratch.scores.write(r, masked, scratch.row, keys - masked);
      if (masked > 0) {
        Arrays.fill(scratch.row, 0, masked, 0f);
        scratch.scores.write(r, scratch.row, masked);
      }
    }
  }

  private void concatenateHeads(Workspace space, Workspace.Scratch scratch, int from, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int head = 0; head < shape.keyValueHeads(); head++) {
        int stackRow = stackRow(head, r, rows);
        for (int g = 0; g < shape.group(); g++) {
          int offset = (head * shape.group() + g) * shape.headSize();
          scratch.stackedQueries.read(stackRow + g, scratch.row, offset, shape.headSize());
        }
      }
      space.headOutputs.write(from + r, scratch.row, shape.queryWidth());
    }
  }

  /** Returns the L2 norm of the head that begins at an offset. */
  private float length(float[] row, int offset) {
    float sum = 0;
    for (int i = offset; i < offset + shape.headSize(); i++) {
      sum += row[i] * row[i];
    }
    return (float) Math.sqrt(sum);
  }

  private float longestKey(Workspace space, int head, int firstKey, int endKey) {
    float[] keyLengths = space.keyValues().keyLengths();
    float longest = 0;
    for (int t = firstKey; t < endKey; t++) {
      longest = Math.max(longest, keyLengths[t * shape.keyValueHeads() + head]);
    }
    return longest;
  }
}
