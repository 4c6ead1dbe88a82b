/** Wanda (arXiv 2306.11695): pruning by weights and activations. */
@NullMarked
package io.github.owlprune.wanda;

import org.jspecify.annotations.NullMarked;
