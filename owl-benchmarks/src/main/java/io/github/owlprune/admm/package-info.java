/** Benchmarks of what the ADMM module keeps to itself. */
@NullMarked
package io.github.owlprune.admm;

import org.jspecify.annotations.NullMarked;
