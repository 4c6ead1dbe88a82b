/** ADMM: the eigenvectors of a scaled Hessian, the splitting, the masks it is measured against. */
@NullMarked
package io.github.owlprune.admm;

import org.jspecify.annotations.NullMarked;
