/**
 * An interpreter of the part of Jinja that chat templates and prompts use, with Python's values.
 * Its limits keep a hostile template from hanging or from exhausting the memory. Internal.
 */
@NullMarked
package io.github.owlprune.models.jinja;

import org.jspecify.annotations.NullMarked;
