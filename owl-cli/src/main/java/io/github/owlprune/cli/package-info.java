/** The {@code owl} command. */
@NullMarked
package io.github.owlprune.cli;

import org.jspecify.annotations.NullMarked;
