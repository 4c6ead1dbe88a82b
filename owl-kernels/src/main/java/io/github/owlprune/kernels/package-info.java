/**
 * Weights packed in memory, dense or as a bitmask and the values that stay, and their products with
 * one input or a few: {@link io.github.owlprune.kernels.PackedMatrix} and {@link
 * io.github.owlprune.kernels.RowProducts}.
 */
@NullMarked
package io.github.owlprune.kernels;

import org.jspecify.annotations.NullMarked;
