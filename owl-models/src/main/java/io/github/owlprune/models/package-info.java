/**
 * Language models from Hugging Face folders: {@link io.github.owlprune.models.CausalLm} opens one,
 * lets it be pruned, measures its perplexity and saves it.
 */
@NullMarked
package io.github.owlprune.models;

import org.jspecify.annotations.NullMarked;
