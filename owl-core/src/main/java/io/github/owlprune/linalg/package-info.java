/**
 * Float32 matrices in native memory, staged row by row into heap arrays, the one product the
 * library is built on, and spectra.
 */
@NullMarked
package io.github.owlprune.linalg;

import org.jspecify.annotations.NullMarked;
