package io.github.owlprune.allocation;

/**
 * A block or a linear, as an allocator sees it.
 *
 * @param name for messages
 * @param weights how many weights it holds that may be pruned, at least 1
 * @param neurons {@code outputs + inputs}, summed over its linears, at least 2
 * @param measured what {@link Allocator#measurement} asked for; 0 where nothing was asked
 */
public record Unit(String name, long weights, long neurons, double measured) {}
