/** The safetensors format: checked headers, reading and writing of values by position. Internal. */
@NullMarked
package io.github.owlprune.models.safetensors;

import org.jspecify.annotations.NullMarked;
