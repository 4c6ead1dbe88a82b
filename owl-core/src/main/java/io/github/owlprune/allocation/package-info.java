/**
 * How much each block may lose: what is measured ({@link
 * io.github.owlprune.allocation.OutlierDistribution}), the pure map from measurements to raw
 * sparsities ({@link io.github.owlprune.allocation.Allocator}), and the projection that puts any of
 * them into the λ box and on the budget ({@link io.github.owlprune.allocation.Mapping}).
 */
@NullMarked
package io.github.owlprune.allocation;

import org.jspecify.annotations.NullMarked;
