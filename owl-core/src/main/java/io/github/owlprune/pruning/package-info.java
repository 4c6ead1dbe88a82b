/** Visitors of the sweep that compress a model by a plan. Internal. */
@NullMarked
package io.github.owlprune.pruning;

import org.jspecify.annotations.NullMarked;
