/** Calibration data: token ids, or text to draw them from. */
@NullMarked
package io.github.owlprune.calibration;

import org.jspecify.annotations.NullMarked;
