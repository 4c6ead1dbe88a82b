/**
 * Contract tests for strategies, allocators, measurements and models, and the small data that they
 * run on.
 *
 * <p>A contract is an interface of JUnit tests. Implement it in a test class, return the object
 * under test from its only abstract methods, and all of its tests run:
 *
 * <pre>{@code
 * class MyStrategyTest implements CompressorContract {
 *   public Compressor compressor() {
 *     return new MyStrategy();
 *   }
 * }
 * }</pre>
 *
 * <p>An ND4J backend for the CPU, such as {@code org.nd4j:nd4j-native}, must be on the class path.
 */
@NullMarked
package io.github.owlprune.testkit;

import org.jspecify.annotations.NullMarked;
