package io.github.owlprune.statistics;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The Hessian of a linear's squared output error with respect to one row of its weight, {@code H =
 * (2 / sequences) Σ x xᵀ} over all calibration tokens x (SparseGPT, arXiv 2301.00774, section 3).
 * {@code ½ · sequences · Δ H Δᵀ} is the squared change of the output if the row changes by Δ.
 *
 * <p>Products and sums are float32. OpenBLAS adds a few hundred tokens in registers before it
 * rounds to memory, so the error of {@code H_ij} relative to {@code √(H_ii H_jj)} grows roughly
 * with the square root of the number of such batches, 3e-8 each: about 1e-6 after 128 sequences of
 * 2,048 tokens. This is far below the dampening, by default 0.1 % or 1 % of the mean diagonal.
 *
 * <p>Only the upper triangle is accumulated, in tiles on all threads. The result does not depend on
 * the number of threads.
 */
public final class Hessian implements Statistic<Hessian> {
  /** The kind with which a compressor requests a Hessian. */
  public static final StatisticKind<Hessian> KIND = new HessianKind();

  private static final int TILE = 192;

  private final Matrix matrix;
  private final int inputs;
  private int sequences;
  private long tokens;
  private boolean complete;

  /**
   * Creates a Hessian of zeros.
   *
   * @param inputs the input's width, at least 1
   */
  public Hessian(int inputs) {
    this.matrix = Matrix.zeros(inputs, inputs);
    this.inputs = inputs;
  }

  @Override
  public void add(INDArray rows, Workers workers) {
    Matrix x = Matrix.of(rows);
    if (x.columns() != inputs) {
      throw new IllegalArgumentException(
          "rows of " + x.columns() + " values were given, but this Hessian needs " + inputs);
    }
    requireIncomplete();
    overUpperTiles(
        workers,
        (i, j) -> {
          Gemm.Tile c = new Gemm.Tile(matrix, i, j);
          if (i == j) {
            Gemm.addAta(width(i), x.rows(), new Gemm.Tile(x, 0, i), c);
          } else {
            Gemm.Tile a = new Gemm.Tile(x, 0, i);
            Gemm.addAtb(width(i), width(j), x.rows(), a, new Gemm.Tile(x, 0, j), c);
          }
        });
    sequences++;
    tokens += x.rows();
  }

  /**
   * Returns the full matrix, both triangles. The first call completes it: nothing can be added
   * afterwards.
   *
   * @param workers the threads to use
   * @return {@code [inputs, inputs]}, owned by this object; must not be modified
   * @throws IllegalStateException if no sequence was added
   * @throws ArithmeticException if an input was NaN or infinite, naming the column
   */
  public Matrix matrix(Workers workers) {
    if (sequences == 0) {
      throw new IllegalStateException("no calibration sequence was added; add at least one");
    }
    if (!complete) {
      requireFiniteDiagonal();
      overUpperTiles(workers, this::scaleAndMirror);
      complete = true;
    }
    return matrix;
  }

  /**
   * Returns the diagonal with 1 for each dead input, that is, an input that was zero in every token
   * (as in SparseGPT's program).
   *
   * @param workers the threads to use
   * @return values above 0
   * @throws ArithmeticException if all inputs are dead, or one was NaN or infinite
   */
  public double[] liveDiagonal(Workers workers) {
    matrix(workers);
    double[] diagonal = diagonal();
    int dead = 0;
    for (int j = 0; j < inputs; j++) {
      if (diagonal[j] == 0) {
        diagonal[j] = 1;
        dead++;
      }
    }
    if (dead == inputs) {
      throw new ArithmeticException(
          "its inputs were zero in every calibration token, so they provide no statistics");
    }
    return diagonal;
  }

  /**
   * Returns whether every input is dead, so that the Hessian says nothing about any weight.
   *
   * @param workers the threads to use
   * @return true if it is zero
   * @throws ArithmeticException if an input was NaN or infinite, naming the column
   */
  public boolean isZero(Workers workers) {
    return deadInputs(workers).length == inputs;
  }

  /**
   * Returns the dead inputs, which were zero in every token.
   *
   * @param workers the threads to use
   * @return their column indices, ascending
   */
  public int[] deadInputs(Workers workers) {
    matrix(workers);
    double[] diagonal = diagonal();
    return IntStream.range(0, inputs).filter(j -> diagonal[j] == 0).toArray();
  }

  /**
   * Returns warnings for the user.
   *
   * @return one sentence if there were fewer tokens than inputs, otherwise empty
   */
  public List<String> remarks() {
    if (tokens >= inputs) {
      return List.of();
    }
    return List.of(
        tokens
            + " calibration tokens for "
            + inputs
            + " inputs; dampening alone determines the directions they do not cover");
  }

  /**
   * Rejects a weight whose width differs from that of this input.
   *
   * @param weight {@code [outputs, inputs]}
   * @throws IllegalArgumentException if it has a different number of columns
   */
  public void requireFits(Matrix weight) {
    if (weight.columns() != inputs) {
      throw new IllegalArgumentException(
          "a Hessian of "
              + inputs
              + " inputs was given for a weight of "
              + weight.columns()
              + " columns; the two must be equal");
    }
  }

  /**
   * Returns the number of tokens added so far.
   *
   * @return at least 0
   */
  public long tokens() {
    return tokens;
  }

  /**
   * Returns the input's width.
   *
   * @return the number of rows and columns of the matrix
   */
  public int inputs() {
    return inputs;
  }

  @Override
  public void addEmpty() {
    sequences++;
  }

  @Override
  public void merge(Hessian other) {
    if (other.inputs != inputs) {
      throw new IllegalArgumentException(
          "a Hessian of "
              + other.inputs
              + " inputs cannot be merged into one of "
              + inputs
              + " inputs; the two must be equal");
    }
    requireIncomplete();
    other.requireIncomplete();
    float[] mine = new float[inputs];
    float[] more = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      int count = inputs - i;
      matrix.read(i, i, mine, count);
      other.matrix.read(i, i, more, count);
      for (int j = 0; j < count; j++) {
        mine[j] += more[j];
      }
      matrix.write(i, i, mine, count);
    }
    sequences += other.sequences;
    tokens += other.tokens;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    requireIncomplete();
    out.writeInt(inputs);
    out.writeInt(sequences);
    out.writeLong(tokens);
    float[] row = new float[inputs];
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(inputs, Float.BYTES));
    for (int i = 0; i < inputs; i++) {
      matrix.read(i, i, row, inputs - i);
      bytes.clear().asFloatBuffer().put(row, 0, inputs - i);
      out.write(bytes.array(), 0, (inputs - i) * Float.BYTES);
    }
  }

  static Hessian read(DataInput in, int inputs) throws IOException {
    Hessian hessian = new Hessian(inputs);
    try {
      hessian.readSums(in);
      return hessian;
    } catch (IOException | RuntimeException e) {
      hessian.close();
      throw e;
    }
  }

  private void readSums(DataInput in) throws IOException {
    sequences = in.readInt();
    tokens = in.readLong();
    float[] row = new float[inputs];
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(inputs, Float.BYTES));
    for (int i = 0; i < inputs; i++) {
      in.readFully(bytes.array(), 0, (inputs - i) * Float.BYTES);
      bytes.clear().asFloatBuffer().get(row, 0, inputs - i);
      matrix.write(i, i, row, inputs - i);
    }
  }

  private void requireIncomplete() {
    if (complete) {
      throw new IllegalStateException(
          "the Hessian is complete; add, merge and write before using it");
    }
  }

  @Override
  public void close() {
    matrix.close();
  }

  private interface TileTask {
    void run(int row, int column);
  }

  private void overUpperTiles(Workers workers, TileTask task) {
    int across = (inputs + TILE - 1) / TILE;
    workers.run(
        across * across,
        (t, worker) -> {
          int i = t / across;
          int j = t % across;
          if (i <= j) {
            task.run(i * TILE, j * TILE);
          }
        });
  }

  private int width(int from) {
    return Math.min(TILE, inputs - from);
  }

  private void scaleAndMirror(int row, int column) {
    int rows = width(row);
    int columns = width(column);
    float scale = 2f / sequences;
    float[][] tile = new float[rows][columns];
    for (int i = 0; i < rows; i++) {
      matrix.read(row + i, column, tile[i], columns);
      for (int j = 0; j < columns; j++) {
        tile[i][j] *= scale;
      }
    }
    if (row == column) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < i; j++) {
          tile[i][j] = tile[j][i];
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      matrix.write(row + i, column, tile[i], columns);
    }
    if (row != column) {
      float[] mirrored = new float[rows];
      for (int j = 0; j < columns; j++) {
        for (int i = 0; i < rows; i++) {
          mirrored[i] = tile[i][j];
        }
        matrix.write(column + j, row, mirrored, rows);
      }
    }
  }

  private double[] diagonal() {
    double[] diagonal = new double[inputs];
    float[] one = new float[1];
    for (int j = 0; j < inputs; j++) {
      matrix.read(j, j, one, 1);
      diagonal[j] = one[0];
    }
    return diagonal;
  }

  /** Detects NaN and infinite activations, which appear on the diagonal as a sum of squares. */
  private void requireFiniteDiagonal() {
    double[] diagonal = diagonal();
    for (int j = 0; j < inputs; j++) {
      if (!Double.isFinite(diagonal[j])) {
        throw new ArithmeticException(
            "the activations contain NaN or infinity in input column " + j);
      }
    }
  }
}
