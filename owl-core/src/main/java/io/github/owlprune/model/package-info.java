/**
 * The interfaces that a network implements to be compressed: a chain of {@linkplain
 * io.github.owlprune.model.Block blocks} that are opened one at a time.
 */
@NullMarked
package io.github.owlprune.model;

import org.jspecify.annotations.NullMarked;
