/**
 * Statistics of the inputs of linears, gathered while calibration sequences run through a block:
 * column norms and Hessians. A user can add a kind of statistic.
 */
@NullMarked
package io.github.owlprune.statistics;

import org.jspecify.annotations.NullMarked;
