/** ADMM: the scaled Hessian's eigenvectors, the splitting, and the masks it is compared with. */
@NullMarked
package io.github.owlprune.admm;

import org.jspecify.annotations.NullMarked;
