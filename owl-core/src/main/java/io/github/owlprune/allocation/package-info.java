/**
 * The allocation of sparsity to blocks or linears: the pure mapping from measurements such as
 * {@link io.github.owlprune.measure.OutlierDistribution} to raw sparsities ({@link
 * io.github.owlprune.allocation.Allocator}), and the projection of those onto the λ box and the
 * budget ({@link io.github.owlprune.allocation.Mapping}).
 */
@NullMarked
package io.github.owlprune.allocation;

import org.jspecify.annotations.NullMarked;
