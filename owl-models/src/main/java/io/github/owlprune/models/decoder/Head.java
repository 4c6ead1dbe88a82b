package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The last norm, a projection if there is one, and the output head, a tile of the vocabulary at a
 * time: neither the head's weights nor the logits are ever in memory as a whole, so memory does not
 * grow with the vocabulary. The softmax over the vocabulary is kept as a running maximum and a
 * running sum (arXiv 1805.02867).
 */
public final class Head implements AutoCloseable {
  private static final int TILE = 4096; // rows of the head's weight at once
  private static final int CHUNK = 128; // tokens of a task

  private final DecoderRecipe recipe;
  private final DecoderWeights weights;
  private final Workers workers;
  private final Norm norm;
  private final @Nullable Matrix projectionWeight; // P, [E, W]
  private final @Nullable Projection projection;
  private final Matrix tile; // [TILE, E]
  private final List<Lane> lanes;

  /** What one worker needs for one task. */
  private static final class Lane {
    final Matrix normed; // [CHUNK, W]
    final Matrix projected; // [CHUNK, E], the normed rows themselves without a projection
    final Matrix logits; // [CHUNK, TILE]
    final float[] hiddenRow;
    final float[] logitRow;

    Lane(int width, @Nullable Projection projection, int tileRows) {
      normed = Matrix.allocate(CHUNK, width);
      projected = projection == null ? normed : Matrix.allocate(CHUNK, projection.outputs());
      logits = Matrix.allocate(CHUNK, tileRows);
      hiddenRow = new float[width];
      logitRow = new float[tileRows];
    }
  }

  Head(DecoderRecipe recipe, DecoderWeights weights, Workers workers) {
    this.recipe = recipe;
    this.weights = weights;
    this.workers = workers;
    int width = recipe.width();
    int rows = Math.min(TILE, recipe.vocabulary());
    HeadRecipe head = recipe.head();
    this.norm = head.norm() == null ? new Unnormed(width) : weights.norm(head.norm(), width);
    if (head.projection() == null) {
      this.projectionWeight = null;
      this.projection = null;
    } else {
      this.projectionWeight = Matrix.allocate(head.width(), width);
      weights.load(head.projection(), 0, projectionWeight);
      this.projection = new Projection(projectionWeight, null);
    }
    this.tile = Matrix.allocate(rows, head.width());
    this.lanes =
        IntStream.range(0, workers.threads())
            .mapToObj(w -> new Lane(width, projection, rows))
            .toList();
  }

  /**
   * The loss of every prediction: {@code −ln p(id_{t+1} | ids up to t)}.
   *
   * @param hidden {@code [T, W]} of each sequence, as it left the last block
   * @param ids T token ids of each sequence
   * @return T − 1 losses in nats for each sequence
   */
  public double[][] losses(List<float[]> hidden, List<int[]> ids) {
    RunningSoftmax[] softmax = new RunningSoftmax[hidden.size()];
    for (int s = 0; s < softmax.length; s++) {
      softmax[s] = new RunningSoftmax(ids.get(s));
    }
    eachTile(
        hidden,
        (sequence, token, firstId, logits, count) ->
            softmax[sequence].add(token, firstId, logits, count));
    double[][] losses = new double[softmax.length][];
    for (int s = 0; s < softmax.length; s++) {
      losses[s] = softmax[s].losses();
    }
    return losses;
  }

  /**
   * All logits of one sequence.
   *
   * @param hidden {@code [T, W]} as it left the last block
   * @return {@code [T][V]}
   */
  public float[][] logits(float[] hidden) {
    float[][] all = new float[hidden.length / recipe.width()][recipe.vocabulary()];
    eachTile(
        List.of(hidden),
        (sequence, token, firstId, logits, count) ->
            System.arraycopy(logits, 0, all[token], firstId, count));
    return all;
  }

  private interface Visitor {
    void see(int sequence, int token, int firstId, float[] logits, int count);
  }

  private void eachTile(List<float[]> hidden, Visitor visitor) {
    for (int firstId = 0; firstId < recipe.vocabulary(); firstId += TILE) {
      Matrix rows = tile.top(Math.min(TILE, recipe.vocabulary() - firstId));
      weights.load(recipe.head().weight(), firstId, rows);
      for (int s = 0; s < hidden.size(); s++) {
        sequence(s, hidden.get(s), firstId, rows, visitor);
      }
    }
  }

  private void sequence(int s, float[] hidden, int firstId, Matrix rows, Visitor visitor) {
    int width = recipe.width();
    int tokens = hidden.length / width;
    workers.run(
        (tokens + CHUNK - 1) / CHUNK,
        (task, worker) -> {
          Lane lane = lanes.get(worker);
          int from = task * CHUNK;
          int count = Math.min(CHUNK, tokens - from);
          for (int t = 0; t < count; t++) {
            norm.apply(hidden, (from + t) * width, lane.hiddenRow, 0);
            lane.normed.write(t, lane.hiddenRow);
          }
          if (projection != null) {
            projection.multiply(lane.normed, 0, lane.projected, 0, count);
          }
          Gemm.abt(
              count,
              rows.rows(),
              rows.columns(),
              new Gemm.Tile(lane.projected, 0, 0),
              new Gemm.Tile(rows, 0, 0),
              new Gemm.Tile(lane.logits, 0, 0));
          for (int t = 0; t < count; t++) {
            lane.logits.read(t, lane.logitRow, rows.rows());
            visitor.see(s, from + t, firstId, lane.logitRow, rows.rows());
          }
        });
  }

  @Override
  public void close() {
    tile.close();
    if (projectionWeight != null) {
      projectionWeight.close();
    }
    for (Lane lane : lanes) {
      lane.normed.close();
      if (lane.projected != lane.normed) {
        lane.projected.close();
      }
      lane.logits.close();
    }
  }
}
