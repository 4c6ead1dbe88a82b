package io.github.owlprune.compress;

/**
 * The relative error of a pruned linear's output on the calibration tokens: {@code ‖(W − Ŵ)X‖_F /
 * ‖WX‖_F}.
 *
 * @param after the step that produced {@code Ŵ}: {@code mask} if weights were only set to zero,
 *     otherwise the name of the method that updated the remaining weights
 * @param relative at least 0; 1 corresponds to an all-zero output
 */
public record OutputError(String after, double relative) {}
