/**
 * Float32 matrices in native memory, staged row by row into heap arrays; the matrix products the
 * library is built on; eigenvectors and spectra.
 */
@NullMarked
package io.github.owlprune.linalg;

import org.jspecify.annotations.NullMarked;
