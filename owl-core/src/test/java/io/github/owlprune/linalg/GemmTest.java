package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class GemmTest {
  private static Matrix random(int rows, int columns, Random random) {
    Matrix matrix = Matrix.allocate(rows, columns);
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextGaussian();
      }
      matrix.write(r, row);
    }
    return matrix;
  }

  private static float[][] rows(Matrix m) {
    float[][] rows = new float[m.rows()][m.columns()];
    for (int r = 0; r < rows.length; r++) {
      m.read(r, rows[r]);
    }
    return rows;
  }

  @Property(tries = 100)
  void tilesMultiplyAsTheDefinitionSays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int m,
      @ForAll @IntRange(min = 1, max = 20) int n,
      @ForAll @IntRange(min = 1, max = 20) int k,
      @ForAll @IntRange(max = 3) int row,
      @ForAll @IntRange(max = 3) int column) {
    Random random = new Random(seed);
    try (Matrix a = random(m + row, k + column, random);
        Matrix bt = random(n + row, k + column, random);
        Matrix b = random(k + row, n + column, random);
        Matrix c = random(m + row, n + column, random);
        Matrix d = random(m + row, n + column, random);
        Matrix e = random(m + row, n + column, random);
        Matrix f = e.copy()) {
      float[][] before = rows(e);
      Gemm.Tile left = new Gemm.Tile(a, row, column);
      Gemm.subtractAbt(
          m, n, k, left, new Gemm.Tile(bt, row, column), new Gemm.Tile(e, row, column));
      Gemm.subtractAb(m, n, k, left, new Gemm.Tile(b, row, column), new Gemm.Tile(f, row, column));
      Gemm.abt(
          m,
          n,
          k,
          new Gemm.Tile(a, row, column),
          new Gemm.Tile(bt, row, column),
          new Gemm.Tile(c, row, column));
      Gemm.ab(
          m,
          n,
          k,
          new Gemm.Tile(a, row, column),
          new Gemm.Tile(b, row, column),
          new Gemm.Tile(d, row, column));
      float[][] x = rows(a);
      float[][] y = rows(bt);
      float[][] z = rows(b);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double transposed = 0;
          double plain = 0;
          for (int l = 0; l < k; l++) {
            transposed += (double) x[row + i][column + l] * y[row + j][column + l];
            plain += (double) x[row + i][column + l] * z[row + l][column + j];
          }
          // At most 20 float products of values around 1.
          assertEquals(transposed, rows(c)[row + i][column + j], 1e-4);
          assertEquals(plain, rows(d)[row + i][column + j], 1e-4);
          double was = before[row + i][column + j];
          assertEquals(was - transposed, rows(e)[row + i][column + j], 1e-4);
          assertEquals(was - plain, rows(f)[row + i][column + j], 1e-4);
        }
      }
    }
  }

  @Test
  void tilesOutsideTheirMatrixAreRefused() {
    try (Matrix m = Matrix.allocate(4, 4)) {
      Gemm.Tile inside = new Gemm.Tile(m, 0, 0);
      for (Gemm.Tile outside :
          new Gemm.Tile[] {
            new Gemm.Tile(m, 1, 0), new Gemm.Tile(m, 0, 1), new Gemm.Tile(m, -1, 0)
          }) {
        assertThrows(
            IllegalArgumentException.class, () -> Gemm.abt(4, 4, 4, outside, inside, inside));
        assertThrows(
            IllegalArgumentException.class, () -> Gemm.ab(4, 4, 4, inside, inside, outside));
      }
    }
  }

  @Test
  void aViewOfRowsSharesMemoryFromItsFirstRow() {
    INDArray array = Nd4j.arange(12).castTo(DataType.FLOAT).reshape(4, 3);
    Matrix view = Matrix.of(array.get(NDArrayIndex.interval(1, 3), NDArrayIndex.all()));
    float[] row = new float[3];
    view.read(1, row);
    assertEquals(6, row[0]);
    view.write(0, new float[] {-1, -2, -3});
    assertEquals(-3, array.getFloat(1, 2));
    assertEquals(2, Matrix.of(array).top(2).rows());
  }

  @Test
  void otherLayoutsAndTypesAreRefused() {
    INDArray array = Nd4j.create(DataType.FLOAT, 4, 3);
    assertThrows(IllegalArgumentException.class, () -> Matrix.of(array.transpose()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Matrix.of(array.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2))));
    assertThrows(IllegalArgumentException.class, () -> Matrix.of(array.castTo(DataType.DOUBLE)));
    assertThrows(IllegalArgumentException.class, () -> Matrix.of(array.reshape(12)));
  }
}
