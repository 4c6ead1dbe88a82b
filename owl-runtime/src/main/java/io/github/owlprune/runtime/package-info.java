/** Runs dense and pruned models: text generation with sampling, streaming and chat. */
@NullMarked
package io.github.owlprune.runtime;

import org.jspecify.annotations.NullMarked;
