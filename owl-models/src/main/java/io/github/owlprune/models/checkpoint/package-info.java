/**
 * Model folders: a checkpoint as it is on the disk, and a working copy with changed tensors.
 * Internal.
 */
@NullMarked
package io.github.owlprune.models.checkpoint;

import org.jspecify.annotations.NullMarked;
