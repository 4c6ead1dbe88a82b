package io.github.owlprune.allocation;

/**
 * A block or a linear as input to an allocator.
 *
 * @param name the name used in messages
 * @param weights the number of prunable weights, at least 1
 * @param neurons {@code outputs + inputs}, summed over its linears, at least 2
 * @param measured the value that {@link Allocator#measurement} requested; 0 if it requested none
 */
public record AllocationUnit(String name, long weights, long neurons, double measured) {}
