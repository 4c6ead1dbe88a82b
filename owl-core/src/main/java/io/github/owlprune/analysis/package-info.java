/** Outlier ratios of a model before and after trial prunings. */
@NullMarked
package io.github.owlprune.analysis;

import org.jspecify.annotations.NullMarked;
