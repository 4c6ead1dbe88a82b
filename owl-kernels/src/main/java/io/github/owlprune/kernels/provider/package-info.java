/**
 * What a provider of kernels implements: the layout of a weight in memory, and products of its
 * rows.
 *
 * <p>Internal.
 */
@NullMarked
package io.github.owlprune.kernels.provider;

import org.jspecify.annotations.NullMarked;
