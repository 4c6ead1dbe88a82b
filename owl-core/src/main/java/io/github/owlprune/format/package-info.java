/** JSON and text tables of plans and reports. Internal. */
@NullMarked
package io.github.owlprune.format;

import org.jspecify.annotations.NullMarked;
