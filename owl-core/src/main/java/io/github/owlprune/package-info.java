/**
 * OWL for the JVM: {@link io.github.owlprune.Owl} measures how much sparsity each block of a model
 * can bear, allocates it ({@link io.github.owlprune.plan.Plan}), prunes, and reports ({@link
 * io.github.owlprune.plan.Report}).
 */
@NullMarked
package io.github.owlprune;

import org.jspecify.annotations.NullMarked;
