/** Benchmarks that relate the library's speed to the peak of the machine. */
@NullMarked
package io.github.owlprune.benchmarks;

import org.jspecify.annotations.NullMarked;
