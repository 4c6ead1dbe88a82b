package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The Hessian of a linear's squared output error in one row of its weight, {@code H = (2 /
 * sequences) Σ x xᵀ} over all calibration tokens x (SparseGPT, arXiv 2301.00774, section 3): {@code
 * ½ · sequences · Δ H Δᵀ} is how much the output changes if the row changes by Δ.
 *
 * <p>Products and sums are float32: OpenBLAS adds some hundred tokens in its registers before it
 * rounds into memory, so the error of {@code H_ij} beside {@code √(H_ii H_jj)} grows about as the
 * square root of the number of such pieces, 3e-8 each: some 1e-6 after 128 sequences of 2,048
 * tokens. That is far below the dampening, a hundredth of the mean diagonal.
 *
 * <p>Only the upper triangle is summed, in tiles on all threads; the result does not depend on
 * their number.
 */
public final class Hessian implements WithHessian {
  private static final int TILE = 192;

  private final Matrix matrix;
  private final int inputs;
  private int sequences;
  private long tokens;
  private boolean complete;

  /**
   * Starts empty.
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
          "rows of " + x.columns() + " values were given to the Hessian of " + inputs + " inputs");
    }
    if (complete) {
      throw new IllegalStateException("the Hessian was used already; nothing can be added to it");
    }
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
   * The matrix, both triangles. The first call completes it: nothing can be added after.
   *
   * @param workers the threads to use
   * @return {@code [inputs, inputs]}, owned by this; not to be changed
   * @throws IllegalStateException if no sequence was added
   * @throws ArithmeticException if an input was NaN or infinite, naming the column
   */
  public Matrix matrix(Workers workers) {
    if (sequences == 0) {
      throw new IllegalStateException("no calibration sequence was seen");
    }
    if (!complete) {
      requireFiniteDiagonal();
      overUpperTiles(workers, this::scaleAndMirror);
      complete = true;
    }
    return matrix;
  }

  /**
   * The diagonal, with 1 for each dead input, one that was zero in every token (SparseGPT's
   * program).
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
          "its inputs were zero in every calibration token, so nothing can be judged by them");
    }
    return diagonal;
  }

  /**
   * The inputs that were zero in every token.
   *
   * @param workers the threads to use
   * @return their columns, ascending
   */
  public int[] deadInputs(Workers workers) {
    matrix(workers);
    double[] diagonal = diagonal();
    return IntStream.range(0, inputs).filter(j -> diagonal[j] == 0).toArray();
  }

  /**
   * What a person ought to know of it.
   *
   * @return a sentence if there were fewer tokens than inputs
   */
  public List<String> remarks() {
    if (tokens >= inputs) {
      return List.of();
    }
    return List.of(
        tokens
            + " calibration tokens for "
            + inputs
            + " inputs; dampening alone decides where they say nothing");
  }

  /**
   * Refuses a weight that does not read this input.
   *
   * @param weight {@code [outputs, inputs]}
   * @throws IllegalArgumentException if it has another number of columns
   */
  public void requireFits(Matrix weight) {
    if (weight.columns() != inputs) {
      throw new IllegalArgumentException(
          "the Hessian of "
              + inputs
              + " inputs was given for a weight of "
              + weight.columns()
              + " columns");
    }
  }

  /**
   * How many tokens were seen.
   *
   * @return 0 at the beginning
   */
  public long tokens() {
    return tokens;
  }

  /**
   * The input's width.
   *
   * @return rows and columns of the matrix
   */
  public int inputs() {
    return inputs;
  }

  @Override
  public Hessian hessian() {
    return this;
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

  /** A NaN or infinite activation shows on the diagonal, a sum of squares. */
  private void requireFiniteDiagonal() {
    double[] diagonal = diagonal();
    for (int j = 0; j < inputs; j++) {
      if (!Double.isFinite(diagonal[j])) {
        throw new ArithmeticException("the activations hold NaN or infinity in input column " + j);
      }
    }
  }
}
