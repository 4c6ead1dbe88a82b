/** The {@code owl} command-line tool. */
@NullMarked
package io.github.owlprune.cli;

import org.jspecify.annotations.NullMarked;
