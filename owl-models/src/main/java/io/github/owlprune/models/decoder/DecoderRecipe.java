package io.github.owlprune.models.decoder;

import java.util.function.IntFunction;

/**
 * All that distinguishes one model from another: sizes, parts, and tensor names.
 *
 * @param vocabulary V
 * @param width W
 * @param context the longest sequence the model takes
 * @param blocks how many blocks
 * @param attention the attention's sizes and positions
 * @param normEpsilon ε of every norm
 * @param embedding the embedding's tensor, {@code [V, W]}
 * @param finalNorm the last norm's tensor, {@code [W]}
 * @param head the output head's tensor, {@code [V, W]}; the embedding's if they are tied
 * @param block the parts of a block by its number
 */
public record DecoderRecipe(
    int vocabulary,
    int width,
    int context,
    int blocks,
    AttentionShape attention,
    double normEpsilon,
    String embedding,
    String finalNorm,
    String head,
    IntFunction<BlockRecipe> block) {}
