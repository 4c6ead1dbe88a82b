/**
 * Strategies that make a linear smaller ({@link io.github.owlprune.compress.Compressor}), exact
 * selection of the lowest scores, the magnitude baseline, and re-fitting around any strategy.
 */
@NullMarked
package io.github.owlprune.compress;

import org.jspecify.annotations.NullMarked;
