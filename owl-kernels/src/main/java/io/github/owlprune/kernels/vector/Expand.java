package io.github.owlprune.kernels.vector;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@code Vector.expand(mask)}, which puts a vector's first lanes where a mask has its bits and
 * zeros elsewhere. JDK 17, which compiles this, does not have it, so it is called through constant
 * method handles, which C2 replaces with the instruction. On JDK 17 this class does not initialize.
 */
final class Expand {
  /** {@code (FloatVector, VectorMask) FloatVector}. */
  static final MethodHandle FLOATS = find(FloatVector.class);

  /** {@code (ShortVector, VectorMask) ShortVector}. */
  static final MethodHandle SHORTS = find(ShortVector.class);

  /** {@code (ByteVector, VectorMask) ByteVector}. */
  static final MethodHandle BYTES = find(ByteVector.class);

  private Expand() {}

  private static MethodHandle find(Class<?> vector) {
    try {
      return MethodHandles.lookup()
          .findVirtual(vector, "expand", methodType(vector, VectorMask.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new UnsupportedOperationException(
          "the Vector API of this JVM has no expand; JDK 21 or newer is needed", e);
    }
  }

  /** Wraps what a method handle declares to throw; {@code expand} itself throws nothing checked. */
  static RuntimeException failure(Throwable thrown) {
    if (thrown instanceof Error e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      return e;
    }
    return new IllegalStateException(thrown);
  }
}
