/** Programs to copy from. */
@NullMarked
package io.github.owlprune.examples;

import org.jspecify.annotations.NullMarked;
