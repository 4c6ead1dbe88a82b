/** How an answer is made: choosing tokens, turning them into text, stopping. Internal. */
@NullMarked
package io.github.owlprune.runtime.generation;

import org.jspecify.annotations.NullMarked;
