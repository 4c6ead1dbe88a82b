/** The search for the allocation with the lowest loss. */
@NullMarked
package io.github.owlprune.tuning;

import org.jspecify.annotations.NullMarked;
