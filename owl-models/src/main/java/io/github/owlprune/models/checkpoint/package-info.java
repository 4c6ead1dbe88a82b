/** A model's folder: what is in it, and the pruned one in the making. Internal. */
@NullMarked
package io.github.owlprune.models.checkpoint;

import org.jspecify.annotations.NullMarked;
