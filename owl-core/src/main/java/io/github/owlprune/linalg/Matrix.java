package io.github.owlprune.linalg;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A row-major float32 matrix {@code [rows, columns]} over the native memory of an {@link INDArray}.
 *
 * <p>Everything except products works on heap rows: {@link #read} copies part of a row into a
 * {@code float[]}, plain loops process it, and {@link #write} copies it back. The JVM vectorises
 * such loops, whereas per-element calls on the array itself cost microseconds each.
 *
 * <p>Reads and writes of different rows may run on several threads at once.
 */
public final class Matrix implements AutoCloseable {
  private final INDArray array;
  private final FloatPointer data;
  private final int rows;
  private final int columns;

  private Matrix(INDArray array) {
    this.array = array;
    this.rows = (int) array.size(0);
    this.columns = (int) array.size(1);
    this.data = (FloatPointer) array.data().addressPointer();
  }

  /**
   * Wraps an array as a matrix that shares its memory; nothing is copied.
   *
   * @param array rank 2, {@code FLOAT}, row-major and contiguous
   * @return the matrix over the array's memory
   * @throws IllegalArgumentException if the array has another rank, type or layout
   */
  public static Matrix of(INDArray array) {
    if (array.rank() != 2
        || array.dataType() != DataType.FLOAT
        || (array.stride(1) != 1 && array.size(1) > 1)
        || (array.stride(0) != array.size(1) && array.size(0) > 1)) {
      throw new IllegalArgumentException(
          "a "
              + array.dataType()
              + " array of shape "
              + Arrays.toString(array.shape())
              + " and strides "
              + Arrays.toString(array.stride())
              + " was given, but a contiguous row-major FLOAT matrix is needed: convert it with"
              + " castTo(DataType.FLOAT).dup('c')");
    }
    return new Matrix(array);
  }

  /**
   * Allocates a matrix with undefined content.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @return a matrix that owns its memory until {@link #close}
   */
  public static Matrix allocate(int rows, int columns) {
    return new Matrix(Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'c'));
  }

  /**
   * Allocates a matrix of zeros.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @return a matrix that owns its memory until {@link #close}
   */
  public static Matrix zeros(int rows, int columns) {
    return new Matrix(Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'c'));
  }

  /**
   * Copies the matrix.
   *
   * @return a matrix that owns its memory until {@link #close}
   */
  public Matrix copy() {
    return new Matrix(array.dup('c'));
  }

  /**
   * Returns the array behind this matrix.
   *
   * @return the array, which shares its memory with this matrix
   */
  public INDArray array() {
    return array;
  }

  /**
   * Returns the number of rows.
   *
   * @return at least 1
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the number of columns.
   *
   * @return at least 1
   */
  public int columns() {
    return columns;
  }

  /**
   * Returns the address of an element, for {@link Gemm}.
   *
   * @param row the element's row
   * @param column the element's column
   * @return a pointer that does not own the memory
   */
  FloatPointer at(int row, int column) {
    return data.getPointer((long) row * columns + column);
  }

  /**
   * Copies the start of a row to the heap.
   *
   * @param row the row's index
   * @param into receives the first {@code count} values
   * @param count at most {@link #columns}
   */
  public void read(int row, float[] into, int count) {
    read(row, into, 0, count);
  }

  /**
   * Copies the start of a row into a range of a heap array.
   *
   * @param row the row's index
   * @param into receives the values
   * @param offset the index in {@code into} of the first value
   * @param count at most {@link #columns}
   */
  public void read(int row, float[] into, int offset, int count) {
    at(row, 0).get(into, offset, count);
  }

  /**
   * Copies a whole row to the heap.
   *
   * @param row the row's index
   * @param into receives {@link #columns} values
   */
  public void read(int row, float[] into) {
    read(row, into, columns);
  }

  /**
   * Copies a range of a row to the heap.
   *
   * @param row the row's index
   * @param column the first column of the range
   * @param into receives {@code count} values from index 0 on
   * @param count at most {@code columns() - column}
   */
  public void read(int row, int column, float[] into, int count) {
    at(row, column).get(into, 0, count);
  }

  /**
   * Overwrites the start of a row with heap values.
   *
   * @param row the row's index
   * @param from holds at least {@code count} values
   * @param count at most {@link #columns}
   */
  public void write(int row, float[] from, int count) {
    write(row, from, 0, count);
  }

  /**
   * Overwrites a whole row with heap values.
   *
   * @param row the row's index
   * @param from holds at least {@link #columns} values
   */
  public void write(int row, float[] from) {
    write(row, from, 0, columns);
  }

  /**
   * Overwrites the start of a row with a range of heap values.
   *
   * @param row the row's index
   * @param from the values
   * @param offset the index in {@code from} of the first value
   * @param count the number of values, at most {@link #columns}
   */
  public void write(int row, float[] from, int offset, int count) {
    at(row, 0).put(from, offset, count);
  }

  /**
   * Overwrites a range of a row with heap values.
   *
   * @param row the row's index
   * @param column the first column of the range
   * @param from holds at least {@code count} values
   * @param count at most {@code columns() - column}
   */
  public void write(int row, int column, float[] from, int count) {
    at(row, column).put(from, 0, count);
  }

  /**
   * Returns a view of the first rows, which shares this matrix's memory.
   *
   * @param count from 1 to {@link #rows}
   * @return a view
   */
  public Matrix top(int count) {
    return rows(0, count);
  }

  /**
   * Returns a view of some rows, which shares this matrix's memory.
   *
   * @param first the first row
   * @param count from 1 to {@code rows() - first}
   * @return a view
   */
  public Matrix rows(int first, int count) {
    if (count == rows) {
      return this;
    }
    return new Matrix(array.get(NDArrayIndex.interval(first, first + count), NDArrayIndex.all()));
  }

  /** Frees the native memory; neither the matrix nor any view of it may be used afterwards. */
  @Override
  public void close() {
    if (array.closeable()) {
      array.close();
    }
  }
}
