/**
 * One decoder-only transformer made of replaceable parts: embedding, norms, positions, attention,
 * MLP, head. Internal: a family (see {@code models.family}) says which parts, of which sizes, under
 * which tensor names.
 *
 * <p>Shapes in comments: T tokens of one sequence, W the width of hidden states, Q = query heads ·
 * head size, K = key-value heads · head size, I the MLP's width, V the vocabulary.
 */
@NullMarked
package io.github.owlprune.models.decoder;

import org.jspecify.annotations.NullMarked;
