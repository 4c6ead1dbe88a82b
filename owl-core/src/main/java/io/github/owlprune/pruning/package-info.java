/**
 * Which weights of a linear go: the {@linkplain io.github.owlprune.pruning.Pruner strategies'
 * interface}, what they may know about a linear's inputs, exact selection, and the magnitude
 * baseline.
 */
@NullMarked
package io.github.owlprune.pruning;

import org.jspecify.annotations.NullMarked;
