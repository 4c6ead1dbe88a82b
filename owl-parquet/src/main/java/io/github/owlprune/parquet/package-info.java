/** Reads the documents of Parquet files, a page at a time. */
@NullMarked
package io.github.owlprune.parquet;

import org.jspecify.annotations.NullMarked;
