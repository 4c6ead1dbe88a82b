/**
 * The safetensors format: a checked header, values by position, rounding on the way out. Internal.
 */
@NullMarked
package io.github.owlprune.models.safetensors;

import org.jspecify.annotations.NullMarked;
