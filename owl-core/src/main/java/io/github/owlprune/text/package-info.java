/** Text for calibration and evaluation, and what turns it into token ids. */
@NullMarked
package io.github.owlprune.text;

import org.jspecify.annotations.NullMarked;
