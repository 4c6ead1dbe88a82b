/**
 * Kernels by the Vector API. The package is compiled on its own, against the incubating module, and
 * loaded by name where the JVM has that module.
 *
 * <p>Internal.
 */
@NullMarked
package io.github.owlprune.kernels.vector;

import org.jspecify.annotations.NullMarked;
