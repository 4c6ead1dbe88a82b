package io.github.owlprune.models.decoder;

/**
 * An expert that every token passes: {@code sigmoid(w_gate · x) mlp(x)}.
 *
 * @param mlp the expert
 * @param gate w_gate's tensor, {@code [1, W]}
 */
public record SharedExpertRecipe(MlpRecipe mlp, String gate) {}
