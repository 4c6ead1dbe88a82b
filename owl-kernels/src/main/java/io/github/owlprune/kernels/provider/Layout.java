package io.github.owlprune.kernels.provider;

/**
 * A weight {@code [outputs, inputs]} in memory, in the layout that kernels read. It is validated
 * before it is created, and kernels rely on the following.
 *
 * <p>Of the arrays {@code floats}, {@code bfloats} and {@code bytes} one holds the values, and the
 * others are empty. A dense weight's value {@code [r, j]} is at {@code lead + r * stride + j}; the
 * values beyond {@code inputs} are zero. A row of {@code stride} values is a multiple of 64 bytes,
 * and {@code lead} values come first so that the rows of a large array, which a garbage collector
 * puts at a round address, begin at a multiple of 64: a load that crosses two lines takes twice the
 * time. A bitmask's row r keeps the values {@code starts[r]} to {@code starts[r + 1] - 1}; bit
 * {@code j % 64} of word {@code r * maskStride + j / 64} says whether column j has one. At least 64
 * values follow the last, so that a vector can be read from any valid place.
 *
 * @param form how the values lie
 * @param outputs the number of rows, at least 1
 * @param inputs the number of columns, at least 1
 * @param floats float32 values
 * @param bfloats bfloat16 values, the upper halves of float32
 * @param bytes int8 values
 * @param scales of int8 values, {@code [outputs, scaleStride]}: a value of row r and column j
 *     stands for {@code scales[r * scaleStride + j / group]} times itself
 * @param group how many columns share a scale: 32, 64 or 128; 0 if a row has one scale
 * @param scaleStride the scales of a row: 1, or {@code ceil(paddedInputs / group)}; 0 without
 *     scales
 * @param mask the bits of a bitmask {@code [outputs, maskStride]}, otherwise empty
 * @param starts where the values of each row begin, and their number: {@code [outputs + 1]}; empty
 *     if dense
 */
@SuppressWarnings(
    "ArrayRecordComponent") // kernels read the arrays themselves; layouts are not compared
public record Layout(
    Form form,
    int outputs,
    int inputs,
    float[] floats,
    short[] bfloats,
    byte[] bytes,
    float[] scales,
    int group,
    int scaleStride,
    long[] mask,
    int[] starts) {
  /** Values that follow the last one of a bitmask, so that the widest vector can be read there. */
  public static final int TAIL = 64;

  /**
   * Returns the length of a prepared input: {@code inputs}, rounded up to a multiple of 64.
   *
   * @return a multiple of 64
   */
  public int paddedInputs() {
    return padded(inputs);
  }

  /**
   * Rounds a number of columns up to a multiple of 64.
   *
   * @param inputs at least 1 and at most 2^31 - 64
   * @return a multiple of 64
   */
  public static int padded(int inputs) {
    return (inputs + 63) & -64;
  }

  /**
   * Returns the distance of two rows of a dense weight: its columns, rounded up to 64 bytes.
   *
   * @param inputs the number of columns
   * @param valueBytes 4, 2 or 1
   * @return a number of values
   */
  public static int stride(int inputs, int valueBytes) {
    int line = 64 / valueBytes;
    return (inputs + line - 1) & -line;
  }

  /**
   * Returns how many values precede a dense weight's first one: with an array's header of 16 bytes
   * they make 64.
   *
   * @param valueBytes 4, 2 or 1
   * @return a number of values
   */
  public static int lead(int valueBytes) {
    return 48 / valueBytes;
  }

  /**
   * Returns the words of 64 bits that a row of a bitmask has.
   *
   * @return at least 1
   */
  public int maskStride() {
    return paddedInputs() / 64;
  }
}
