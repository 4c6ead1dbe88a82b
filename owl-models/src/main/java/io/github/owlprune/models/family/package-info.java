/**
 * One small file for each model family: it reads {@code config.json}, refuses what it does not
 * know, and names sizes, parts and tensors. Internal.
 */
@NullMarked
package io.github.owlprune.models.family;

import org.jspecify.annotations.NullMarked;
