/**
 * What a run will do and what it did: {@link io.github.owlprune.plan.Plan} and {@link
 * io.github.owlprune.plan.Report}, values with a JSON form.
 */
@NullMarked
package io.github.owlprune.plan;

import org.jspecify.annotations.NullMarked;
