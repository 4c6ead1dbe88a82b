/** How fast, as a share of what the machine can do. */
@NullMarked
package io.github.owlprune.benchmarks;

import org.jspecify.annotations.NullMarked;
