/**
 * Kernels in plain Java, for every JVM.
 *
 * <p>Internal.
 */
@NullMarked
package io.github.owlprune.kernels.plain;

import org.jspecify.annotations.NullMarked;
