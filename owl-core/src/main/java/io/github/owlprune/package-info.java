/**
 * OWL for the JVM: {@link io.github.owlprune.Owl} measures where a model can bear sparsity,
 * allocates it block by block ({@link io.github.owlprune.Plan}), prunes, and reports ({@link
 * io.github.owlprune.Report}).
 */
@NullMarked
package io.github.owlprune;

import org.jspecify.annotations.NullMarked;
