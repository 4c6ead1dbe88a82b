/**
 * What a network implements to be pruned: a chain of {@linkplain io.github.owlprune.model.Block
 * blocks} that are opened one at a time.
 */
@NullMarked
package io.github.owlprune.model;

import org.jspecify.annotations.NullMarked;
