/** Benchmarks of what the SparseGPT module keeps to itself. */
@NullMarked
package io.github.owlprune.sparsegpt;

import org.jspecify.annotations.NullMarked;
