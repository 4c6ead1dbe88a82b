/**
 * Rows of files, read from start to end without holding more than one: JSON lines, JSON arrays and
 * plain text, compressed or not; further formats are found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.github.owlprune.rows;

import org.jspecify.annotations.NullMarked;
