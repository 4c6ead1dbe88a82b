/**
 * The one loop over blocks ({@link io.github.owlprune.pipeline.Sweep}), the sequences in flight
 * between blocks, the journal of a run, and its progress. A program uses only {@link
 * io.github.owlprune.pipeline.Progress} and {@link io.github.owlprune.pipeline.HiddenStateType}.
 */
@NullMarked
package io.github.owlprune.pipeline;

import org.jspecify.annotations.NullMarked;
