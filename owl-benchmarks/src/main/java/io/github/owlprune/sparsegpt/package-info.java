/** Benchmarks of package-private classes of the SparseGPT module. */
@NullMarked
package io.github.owlprune.sparsegpt;

import org.jspecify.annotations.NullMarked;
