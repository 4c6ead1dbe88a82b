/**
 * A decoder-only transformer made of replaceable parts: embedding, norms, rotary positions,
 * attention, MLP, head. Internal: a model family decides which parts are used, their sizes, and
 * their tensor names.
 *
 * <p>Three things are kept apart. Recipes are configuration: immutable values. {@code BlockWeights}
 * holds the loaded weights of a block, which forward passes only read. {@code Workspace} is the
 * working state of one forward pass; concurrent callers have one each.
 *
 * <p>Symbols in shape comments: T tokens of a sequence, W the width of hidden states, E the width
 * of token embeddings, Q = query heads · head size, K = key-value heads · head size, I the MLP's
 * width, V the vocabulary's size.
 */
@NullMarked
package io.github.owlprune.models.decoder;

import org.jspecify.annotations.NullMarked;
