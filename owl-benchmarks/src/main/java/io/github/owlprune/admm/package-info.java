/** Benchmarks of package-private classes of the ADMM module. */
@NullMarked
package io.github.owlprune.admm;

import org.jspecify.annotations.NullMarked;
