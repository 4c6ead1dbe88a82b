/** SparseGPT: the Hessian's factor and the sweep over the columns. */
@NullMarked
package io.github.owlprune.sparsegpt;

import org.jspecify.annotations.NullMarked;
