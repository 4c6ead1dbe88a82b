package io.github.owlprune.pruning;

/**
 * How far a linear's output on the calibration tokens is from the dense one's: {@code ‖(W − Ŵ)X‖_F
 * / ‖WX‖_F}.
 *
 * @param after the step that led to {@code Ŵ}: {@code mask} if weights were only set to zero, else
 *     the name of the method that changed the others
 * @param relative at least 0; 1 if the output were all zeros
 */
public record OutputError(String after, double relative) {}
