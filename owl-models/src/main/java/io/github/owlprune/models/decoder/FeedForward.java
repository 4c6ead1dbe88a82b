package io.github.owlprune.models.decoder;

/** The part of a block that follows the attention, with its weights. */
sealed interface FeedForward permits Mlp, MixtureOfExperts {}
