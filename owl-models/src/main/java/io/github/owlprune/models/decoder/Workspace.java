package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The working state of one forward pass at a time, reused for every sequence and block. Inputs of
 * linears, which a tap may read, are kept for the whole sequence; all other buffers hold one chunk
 * of rows and belong to one worker.
 */
final class Workspace implements AutoCloseable {
  /** The most rows in a chunk: matrix products reach full speed at this size. */
  private static final int LONGEST_CHUNK = 256;

  /** The fewest rows in a chunk: products reach two thirds of full speed, so two workers gain. */
  private static final int SHORTEST_CHUNK = 64;

  /** The most rows in a tile of attention scores, {@code [SCORE_ROWS, T]}, to stay in cache. */
  private static final int SCORE_ROWS = 192;

  /** T, the most tokens of a pass. */
  final int tokens;

  /** P, the most positions that a pass may attend to: T, and the tokens of earlier passes. */
  final int positions;

  final Matrix attentionInput; // [T, W], input of the query, key and value projections
  final Matrix headOutputs; // [T, Q], concatenated heads, input of the output projection
  final Matrix mlpInput; // [T, W], input of the gate and up projections
  final Routing routing; // of a mixture of experts
  private final Map<Integer, Matrix> mlpActivations; // by I
  private final Map<Integer, Matrix> expertActivations; // by I
  private final @Nullable Matrix expertInputs;
  private final @Nullable Matrix expertOutputs;
  final List<Scratch> scratch; // one per worker
  private final AttentionShape attention;
  private final Map<Rotary, RotaryTable> rotaryTables = new HashMap<>();
  private final List<Matrix> matrices = new ArrayList<>();
  private @Nullable KeyValues ownKeyValues; // of sequences that pass as a whole
  private @Nullable KeyValues keyValues; // of this pass
  private int firstPosition; // of this pass

  Workspace(DecoderRecipe recipe, int tokens, int positions, int workers) {
    this.attention = recipe.attention();
    this.tokens = tokens;
    this.positions = positions;
    this.attentionInput = matrix(tokens, recipe.width());
    this.headOutputs = matrix(tokens, attention.queryWidth());
    this.mlpInput = matrix(tokens, recipe.width());
    FeedForwardSizes mlps = recipe.feedForward();
    int pairs = Math.multiplyExact(tokens, mlps.active());
    this.mlpActivations = matrices(tokens, mlps.mlpWidths());
    this.routing = new Routing(pairs, mlps.experts());
    this.expertInputs = pairs == 0 ? null : matrix(pairs, recipe.width());
    this.expertActivations = matrices(pairs, mlps.expertWidths());
    this.expertOutputs = pairs == 0 ? null : matrix(pairs, recipe.width());
    this.scratch = new ArrayList<>();
    int chunk = chunk(tokens);
    for (int w = 0; w < workers; w++) {
      scratch.add(new Scratch(recipe, mlps, chunk));
    }
  }

  /** The buffers of one worker for one chunk of rows. */
  final class Scratch {
    final Matrix queries; // [chunk, Q], as projected
    final Matrix stackedQueries; // [key-value heads · chunk · group, head size], then their outputs
    final float[] queryLengths; // [rows of stackedQueries], the L2 norm of every query
    final int queriesPerTile; // queries in a tile of scores, each with all heads of its group
    final Matrix scores; // [queriesPerTile · group, P]
    final Matrix up; // [chunk, largest I]
    final Matrix routerLogits; // [chunk, E], 1 column without experts
    final Matrix sharedGate; // [chunk, 1]
    final Matrix residual; // [chunk, W], hidden states between attention and MLP
    final Matrix output; // [chunk, W], output of the down projection
    final float[] row; // [max(P, I, W, Q, E)]
    final float[] upRow; // [largest I]
    final float[] hiddenRow; // [W]

    Scratch(DecoderRecipe recipe, FeedForwardSizes mlps, int chunk) {
      int width = recipe.width();
      int queryWidth = attention.queryWidth();
      int mlpWidth = mlps.widest();
      queries = matrix(chunk, queryWidth);
      stackedQueries = matrix(chunk * attention.heads(), attention.headSize());
      queryLengths = new float[chunk * attention.heads()];
      queriesPerTile = Math.min(chunk, Math.max(1, SCORE_ROWS / attention.group()));
      scores = matrix(queriesPerTile * attention.group(), positions);
      up = matrix(chunk, mlpWidth);
      routerLogits = matrix(chunk, Math.max(1, mlps.experts()));
      sharedGate = matrix(chunk, 1);
      residual = matrix(chunk, width);
      output = matrix(chunk, width);
      int widest = Math.max(Math.max(mlpWidth, mlps.experts()), Math.max(width, queryWidth));
      row = new float[Math.max(positions, widest)];
      upRow = new float[mlpWidth];
      hiddenRow = new float[width];
    }
  }

  /** Returns the number of floats that a workspace allocates in native memory. */
  static long floats(DecoderRecipe recipe, long tokens, int workers) {
    AttentionShape attention = recipe.attention();
    long width = recipe.width();
    FeedForwardSizes mlps = recipe.feedForward();
    long chunk = chunk(tokens);
    long scoreRows = Math.max(SCORE_ROWS, attention.group());
    long ofMlps = mlps.floatsPerToken(recipe.width());
    long ofChunk = 2L * attention.queryWidth() + 2 * width + mlps.floatsPerChunkToken();
    return tokens * (2 * width + 2L * attention.keyWidth() + attention.queryWidth() + ofMlps)
        + workers * (chunk * ofChunk + scoreRows * tokens);
  }

  /**
   * Returns the rows of a chunk: half of a short sequence, so that two workers share it. It depends
   * on the sequence alone, because the last bits of a product depend on its number of rows.
   */
  static int chunk(long tokens) {
    long half = Math.max(SHORTEST_CHUNK, (tokens + 1) / 2);
    return (int) Math.min(tokens, Math.min(LONGEST_CHUNK, half));
  }

  /** Returns whether a pass fits: its tokens, the positions it attends to, and its workers. */
  boolean fits(int passTokens, int passPositions, int workers) {
    return tokens >= passTokens && positions >= passPositions && scratch.size() >= workers;
  }

  /** Prepares a pass of a whole sequence, whose keys and values are forgotten afterwards. */
  void beginSequence(Rotary rotary, int sequenceTokens) {
    if (ownKeyValues == null) {
      ownKeyValues = new KeyValues(attention, tokens);
    }
    begin(rotary, ownKeyValues, 0, sequenceTokens);
  }

  /**
   * Prepares a pass of tokens that continue a sequence.
   *
   * @param rotary the block's position embedding
   * @param past the keys and values of the earlier tokens, with room for the new ones
   * @param first the position of the first new token
   * @param newTokens how many there are
   */
  void begin(Rotary rotary, KeyValues past, int first, int newTokens) {
    rotaryTables.computeIfAbsent(rotary, RotaryTable::new).prepare(first + newTokens);
    keyValues = past;
    firstPosition = first;
  }

  /** Returns the keys and values of this pass and of what came before. */
  KeyValues keyValues() {
    return Objects.requireNonNull(keyValues);
  }

  /** Returns the position of the first token of this pass. */
  int firstPosition() {
    return firstPosition;
  }

  /** Returns a table made by {@link #begin}; safe to call from all workers. */
  RotaryTable table(Rotary rotary) {
    return Objects.requireNonNull(rotaryTables.get(rotary));
  }

  /** Returns the input of the down projection of an MLP that every token passes, {@code [T, I]}. */
  Matrix mlpActivations(int innerWidth) {
    return Objects.requireNonNull(mlpActivations.get(innerWidth));
  }

  /** Returns the tokens grouped by expert, {@code [T · k, W]}, input of gate and up projections. */
  Matrix expertInputs() {
    return Objects.requireNonNull(expertInputs);
  }

  /** Returns the input of the experts' down projections, {@code [T · k, I]}. */
  Matrix expertActivations(int innerWidth) {
    return Objects.requireNonNull(expertActivations.get(innerWidth));
  }

  /** Returns the outputs of the experts' down projections, {@code [T · k, W]}. */
  Matrix expertOutputs() {
    return Objects.requireNonNull(expertOutputs);
  }

  private Map<Integer, Matrix> matrices(int rows, Set<Integer> widths) {
    Map<Integer, Matrix> byWidth = new HashMap<>();
    widths.forEach(columns -> byWidth.put(columns, matrix(rows, columns)));
    return byWidth;
  }

  private Matrix matrix(int rows, int columns) {
    Matrix matrix = Matrix.allocate(rows, columns);
    matrices.add(matrix);
    return matrix;
  }

  @Override
  public void close() {
    matrices.forEach(Matrix::close);
    if (ownKeyValues != null) {
      ownKeyValues.close();
    }
  }
}
