package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The output head: final norm, optional projection, product with the vocabulary matrix, and what
 * follows it, {@code logits = softCap(scale · (W_head P norm(x) + b))}.
 *
 * <p>The vocabulary is processed in tiles. Neither W_head nor the logits are ever in memory as a
 * whole, so memory does not grow with the vocabulary.
 */
public final class Head implements AutoCloseable {
  private static final int TILE = 4096; // rows of W_head in memory
  private static final int CHUNK = 128; // tokens in a task

  private final DecoderRecipe recipe;
  private final WeightStore weights;
  private final Workers workers;
  private final HeadInput input;
  private final String weight; // W_head's tensor, [V, E]
  private final LogitChange change;
  private final Matrix tile; // [TILE, E]
  private final List<Scratch> scratch; // one per worker

  /** The buffers of one worker for one chunk of tokens. */
  private static final class Scratch implements AutoCloseable {
    final HeadInput.Buffer x; // [CHUNK, E]
    final Matrix logits; // [CHUNK, TILE]
    final float[] logitRow; // [TILE]

    Scratch(HeadInput input, int tileRows) {
      x = input.allocate(CHUNK);
      logits = Matrix.allocate(CHUNK, tileRows);
      logitRow = new float[tileRows];
    }

    @Override
    public void close() {
      x.close();
      logits.close();
    }
  }

  Head(DecoderRecipe recipe, WeightStore weights, Workers workers) {
    this.recipe = recipe;
    this.weights = weights;
    this.workers = workers;
    int rows = Math.min(TILE, recipe.vocabulary());
    HeadRecipe head = recipe.head();
    this.weight = Objects.requireNonNull(head.weight());
    this.input = new HeadInput(recipe, weights);
    this.change = new LogitChange(head, rows);
    this.tile = Matrix.allocate(rows, head.width());
    this.scratch =
        IntStream.range(0, workers.threads()).mapToObj(w -> new Scratch(input, rows)).toList();
  }

  /**
   * Computes the loss of every prediction, {@code −ln p(id_{t+1} | id_0 … id_t)}.
   *
   * @param hidden hidden states {@code [T, W]} after the last block, one array per sequence
   * @param ids T token ids per sequence
   * @return T − 1 losses per sequence, in nats
   * @throws ArithmeticException if a logit is NaN or infinite
   */
  public double[][] losses(List<float[]> hidden, List<int[]> ids) {
    OnlineSoftmax[] softmax = new OnlineSoftmax[hidden.size()];
    for (int s = 0; s < softmax.length; s++) {
      softmax[s] = new OnlineSoftmax(ids.get(s));
    }
    forEachTile(
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
   * Computes all logits of one sequence.
   *
   * @param hidden hidden states {@code [T, W]} after the last block
   * @return {@code [T][V]}
   */
  public float[][] logits(float[] hidden) {
    float[][] all = new float[hidden.length / recipe.width()][recipe.vocabulary()];
    forEachTile(
        List.of(hidden),
        (sequence, token, firstId, logits, count) ->
            System.arraycopy(logits, 0, all[token], firstId, count));
    return all;
  }

  /** Visits {@code count} logits of one token, from vocabulary id {@code firstId} on. */
  private interface LogitVisitor {
    void visit(int sequence, int token, int firstId, float[] logits, int count);
  }

  private void forEachTile(List<float[]> hidden, LogitVisitor visitor) {
    for (int firstId = 0; firstId < recipe.vocabulary(); firstId += TILE) {
      Matrix rows = tile.top(Math.min(TILE, recipe.vocabulary() - firstId));
      weights.load(weight, firstId, rows);
      change.load(weights, firstId, rows.rows());
      for (int s = 0; s < hidden.size(); s++) {
        computeLogits(s, hidden.get(s), firstId, rows, visitor);
      }
    }
  }

  private void computeLogits(
      int sequence, float[] hidden, int firstId, Matrix rows, LogitVisitor visitor) {
    int width = recipe.width();
    int tokens = hidden.length / width;
    workers.run(
        (tokens + CHUNK - 1) / CHUNK,
        (task, worker) -> {
          Scratch s = scratch.get(worker);
          int from = task * CHUNK;
          int count = Math.min(CHUNK, tokens - from);
          input.compute(hidden, from, count, s.x);
          // logits of this tile of the vocabulary
          Gemm.abt(
              count,
              rows.rows(),
              rows.columns(),
              new Gemm.Tile(s.x.output(), 0, 0),
              new Gemm.Tile(rows, 0, 0),
              new Gemm.Tile(s.logits, 0, 0));
          for (int t = 0; t < count; t++) {
            s.logits.read(t, s.logitRow, rows.rows());
            change.apply(s.logitRow, rows.rows());
            visitor.visit(sequence, from + t, firstId, s.logitRow, rows.rows());
          }
        });
  }

  @Override
  public void close() {
    tile.close();
    input.close();
    scratch.forEach(Scratch::close);
  }
}
