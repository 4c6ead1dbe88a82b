package io.github.owlprune.models.decoder;

import io.github.owlprune.model.Linear;
import org.jspecify.annotations.Nullable;

/**
 * A linear and the tensors it is kept in.
 *
 * @param linear name within the block, shape, and input
 * @param weight the weight's tensor
 * @param bias the bias's tensor, {@code [outputs]}, null if it has none
 */
public record LinearRecipe(Linear linear, String weight, @Nullable String bias) {}
