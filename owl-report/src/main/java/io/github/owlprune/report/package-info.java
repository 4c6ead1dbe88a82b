/** Charts of plans and analyses, and a report to send to a colleague. */
@NullMarked
package io.github.owlprune.report;

import org.jspecify.annotations.NullMarked;
