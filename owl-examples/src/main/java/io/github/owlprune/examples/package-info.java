/** Example programs. */
@NullMarked
package io.github.owlprune.examples;

import org.jspecify.annotations.NullMarked;
