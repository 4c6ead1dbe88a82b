/**
 * Measurements of the dense model that allocations are computed from. A user can add one by
 * implementing {@link io.github.owlprune.measure.Measurement}.
 */
@NullMarked
package io.github.owlprune.measure;

import org.jspecify.annotations.NullMarked;
