package io.github.owlprune.models.decoder;

/**
 * The router of a mixture of experts: {@code p = softmax(W_router x)}; a token passes the experts
 * with the largest p.
 *
 * @param tensor W_router's tensor, {@code [E, W]}
 * @param active k, the number of experts that a token passes, from 1 to E
 * @param normalized whether the k probabilities are divided by their sum
 */
public record RouterRecipe(String tensor, int active, boolean normalized) {}
