/**
 * Language models in Hugging Face folders. {@link io.github.owlprune.models.CausalLm} opens a model
 * to be pruned, measures its perplexity, and saves it.
 */
@NullMarked
package io.github.owlprune.models;

import org.jspecify.annotations.NullMarked;
