package io.github.owlprune.kernels.provider;

/** How a weight lies in memory. */
public enum Form {
  /** All values, as float32. */
  DENSE_FLOAT32,
  /** All values, as bfloat16. */
  DENSE_BFLOAT16,
  /** All values, as int8 with scales. */
  DENSE_INT8,
  /** A bitmask, and the values that stay as float32. */
  BITMASK_FLOAT32,
  /** A bitmask, and the values that stay as bfloat16. */
  BITMASK_BFLOAT16,
  /** A bitmask, and the values that stay as int8 with scales. */
  BITMASK_INT8
}
