/** SparseGPT: the factorisation of the Hessian and the sweep over the columns. */
@NullMarked
package io.github.owlprune.sparsegpt;

import org.jspecify.annotations.NullMarked;
