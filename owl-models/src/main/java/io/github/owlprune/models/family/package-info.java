/**
 * The supported model families, one small file each: it reads {@code config.json}, rejects settings
 * that it does not support, and returns sizes, parts and tensor names. Internal.
 */
@NullMarked
package io.github.owlprune.models.family;

import org.jspecify.annotations.NullMarked;
