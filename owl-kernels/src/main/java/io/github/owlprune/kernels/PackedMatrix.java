package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.KernelProvider;
import io.github.owlprune.kernels.provider.Layout;
import io.github.owlprune.kernels.provider.RowKernel;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The weight {@code [outputs, inputs]} of a linear, packed in memory: dense, or as a bitmask and
 * the values that stay; the values are float32, bfloat16, or int8 with scales. Immutable.
 *
 * <p>Two packed weights are equal if they store the same: form, shape, mask, values and scales.
 */
public final class PackedMatrix {
  private final Shape shape;
  private final Layout layout;
  private volatile @Nullable Loaded loaded;

  /** The products of this weight by the provider that computed with it last. */
  private record Loaded(KernelProvider provider, RowKernel kernel) {}

  private PackedMatrix(Shape shape, Layout layout) {
    this.shape = shape;
    this.layout = layout;
  }

  /**
   * Packs a weight in the form that takes the fewest {@link #bytes}. Only one row is in memory
   * beside the result. All weights but {@code +0.0} are kept, so float32 values, and bfloat16
   * values of a bfloat16 weight, give back every bit.
   *
   * @param outputs the number of rows, at least 1
   * @param inputs the number of columns, at least 1
   * @param type the type of the values
   * @param group for INT8 how many columns share a scale: 32, 64, 128, or 0 for a scale for each
   *     row; 0 for other types
   * @param rows gives the rows; each is read twice, all of them in order, and both times must agree
   * @return the packed weight
   * @throws IllegalArgumentException if a size, or the group, is not allowed; if values of type
   *     INT8 are to stand for a weight that is not finite
   * @throws IllegalStateException if a row has other zeros when it is read again
   */
  public static PackedMatrix pack(
      int outputs, int inputs, ValueType type, int group, RowSource rows) {
    Shape shape = new Shape(outputs, inputs, type, group);
    return new PackedMatrix(shape, new Packing(shape, rows).smallest());
  }

  /**
   * Returns a dense weight of stored values.
   *
   * @param outputs the number of rows
   * @param inputs the number of columns
   * @param values all values, row after row; copied
   * @return the packed weight
   * @throws IllegalArgumentException if the sizes, the number of values or the scales do not agree
   */
  public static PackedMatrix dense(int outputs, int inputs, Values values) {
    Shape shape = StoredParts.shape(outputs, inputs, values);
    return new PackedMatrix(shape, new StoredParts(shape, values).dense());
  }

  /**
   * Returns a weight of a stored bitmask and values. All parts are checked against each other, so
   * that they may come from a file that lies.
   *
   * @param outputs the number of rows
   * @param inputs the number of columns
   * @param mask {@code [outputs, ceil(inputs / 8)]} bytes; bit {@code j % 8} of a row's byte {@code
   *     j / 8} says whether column j is kept; bits beyond the last column are 0; copied
   * @param rowOffsets where each row's values begin, {@code [outputs]}
   * @param values the kept values, row after row; copied
   * @return the packed weight
   * @throws IllegalArgumentException if the sizes, the mask, the offsets, the number of values or
   *     the scales do not agree
   */
  public static PackedMatrix bitmask(
      int outputs, int inputs, byte[] mask, long[] rowOffsets, Values values) {
    Shape shape = StoredParts.shape(outputs, inputs, values);
    return new PackedMatrix(shape, new StoredParts(shape, values).bitmask(mask, rowOffsets));
  }

  /**
   * Returns the number of rows.
   *
   * @return at least 1
   */
  public int outputs() {
    return shape.outputs();
  }

  /**
   * Returns the number of columns.
   *
   * @return at least 1
   */
  public int inputs() {
    return shape.inputs();
  }

  /**
   * Returns the type of the values.
   *
   * @return the type
   */
  public ValueType type() {
    return shape.type();
  }

  /**
   * Returns how many columns share a scale.
   *
   * @return 32, 64 or 128; 0 if each row has one scale, or without scales
   */
  public int group() {
    return shape.group();
  }

  /**
   * Tells whether the weight has a bitmask.
   *
   * @return false if it is dense
   */
  public boolean hasBitmask() {
    return layout.starts().length > 0;
  }

  /**
   * Returns the number of stored values.
   *
   * @return {@code outputs * inputs} if dense
   */
  public long kept() {
    return hasBitmask() ? layout.starts()[outputs()] : (long) outputs() * inputs();
  }

  /**
   * Returns the size of the stored parts: values, scales, and of a bitmask the bits and 8 bytes a
   * row for its offset. The arrays in memory are larger by what pads rows to 64 bytes.
   *
   * @return in bytes
   */
  public long bytes() {
    return hasBitmask() ? shape.bitmaskBytes(kept()) : shape.denseBytes();
  }

  /**
   * Writes a row's weights as float32: what the stored values stand for, exactly, and {@code +0.0}
   * where none is kept.
   *
   * @param row the row's number
   * @param into receives at least {@code inputs} weights
   * @throws IndexOutOfBoundsException if there is no such row, or no room
   */
  public void unpackRow(int row, float[] into) {
    Objects.checkIndex(row, outputs());
    Objects.checkFromIndexSize(0, inputs(), into.length);
    int at = firstOf(row);
    for (int j = 0; j < inputs(); j++) {
      into[j] = isKept(row, j) ? Quantizer.load(layout, row, j, at++) : 0;
    }
  }

  private int firstOf(int row) {
    return hasBitmask() ? layout.starts()[row] : Layout.lead(type().bytes()) + row * shape.stride();
  }

  private boolean isKept(int row, int column) {
    return !hasBitmask()
        || ((layout.mask()[row * layout.maskStride() + (column >> 6)] >>> column) & 1) != 0;
  }

  /**
   * Returns the bitmask as it is stored.
   *
   * @return a new array {@code [outputs, ceil(inputs / 8)]}
   * @throws IllegalStateException if the weight is dense
   */
  public byte[] mask() {
    requireBitmask();
    int bytes = shape.maskBytes();
    byte[] mask = new byte[outputs() * bytes];
    for (int r = 0; r < outputs(); r++) {
      for (int i = 0; i < bytes; i++) {
        mask[r * bytes + i] =
            (byte) (layout.mask()[r * layout.maskStride() + (i >> 3)] >>> (8 * i));
      }
    }
    return mask;
  }

  /**
   * Returns where each row's values begin.
   *
   * @return a new array {@code [outputs]}
   * @throws IllegalStateException if the weight is dense
   */
  public long[] rowOffsets() {
    requireBitmask();
    long[] offsets = new long[outputs()];
    Arrays.setAll(offsets, r -> layout.starts()[r]);
    return offsets;
  }

  private void requireBitmask() {
    if (!hasBitmask()) {
      throw new IllegalStateException("the weight is dense; it has no bitmask");
    }
  }

  /**
   * Returns the values as they are stored, row after row.
   *
   * @return new arrays
   */
  public Values values() {
    return switch (type()) {
      case FLOAT32 -> {
        float[] values = new float[Math.toIntExact(kept())];
        copyRows(layout.floats(), values);
        yield new Values.Float32(values);
      }
      case BFLOAT16 -> {
        short[] values = new short[Math.toIntExact(kept())];
        copyRows(layout.bfloats(), values);
        yield new Values.Bfloat16(values);
      }
      case INT8 -> {
        byte[] values = new byte[Math.toIntExact(kept())];
        copyRows(layout.bytes(), values);
        yield new Values.Int8(values, scales(), group());
      }
    };
  }

  private void copyRows(Object from, Object to) {
    if (hasBitmask()) {
      System.arraycopy(from, 0, to, 0, Math.toIntExact(kept()));
      return;
    }
    for (int r = 0; r < outputs(); r++) {
      System.arraycopy(from, firstOf(r), to, r * inputs(), inputs());
    }
  }

  private float[] scales() {
    int groups = shape.groups();
    float[] scales = new float[outputs() * groups];
    for (int r = 0; r < outputs(); r++) {
      System.arraycopy(layout.scales(), r * layout.scaleStride(), scales, r * groups, groups);
    }
    return scales;
  }

  /** Returns the products of this weight; a provider rewrites a weight once at most. */
  RowKernel kernel(KernelProvider provider) {
    Loaded last = loaded;
    if (last == null || last.provider != provider) {
      last = new Loaded(provider, provider.kernel(layout));
      loaded = last;
    }
    return last.kernel;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PackedMatrix that
        && shape.equals(that.shape)
        && layout.form() == that.layout.form()
        && Arrays.equals(layout.floats(), that.layout.floats())
        && Arrays.equals(layout.bfloats(), that.layout.bfloats())
        && Arrays.equals(layout.bytes(), that.layout.bytes())
        && Arrays.equals(layout.scales(), that.layout.scales())
        && Arrays.equals(layout.mask(), that.layout.mask())
        && Arrays.equals(layout.starts(), that.layout.starts());
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        shape,
        layout.form(),
        Arrays.hashCode(layout.starts()),
        Arrays.hashCode(layout.bfloats()),
        Arrays.hashCode(layout.floats()),
        Arrays.hashCode(layout.bytes()));
  }

  /** Returns shape, type and form, for example {@code 4096 x 11008 BFLOAT16, 30.0 % kept}. */
  @Override
  public String toString() {
    String kept =
        hasBitmask()
            ? String.format(Locale.ROOT, "%.1f %% kept", 100.0 * kept() / outputs() / inputs())
            : "dense";
    return outputs() + " x " + inputs() + " " + type() + ", " + kept;
  }
}
