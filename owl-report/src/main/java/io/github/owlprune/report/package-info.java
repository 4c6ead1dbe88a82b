/** Charts of plans and analyses, and a self-contained HTML report. */
@NullMarked
package io.github.owlprune.report;

import org.jspecify.annotations.NullMarked;
