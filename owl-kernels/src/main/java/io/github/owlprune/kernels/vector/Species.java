package io.github.owlprune.kernels.vector;

import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of a kernel class. C2 compiles vector code well only if the species is a constant, so
 * each width gets a copy of the kernel's class of its own: a hidden class, whose class data is the
 * number of its float lanes.
 */
final class Species {
  private Species() {}

  /** Returns the float lanes that the class behind a lookup was defined for. */
  static int lanes(MethodHandles.Lookup lookup) {
    try {
      return MethodHandles.classData(lookup, ConstantDescs.DEFAULT_NAME, Integer.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  static VectorSpecies<Float> floats(int lanes) {
    return VectorSpecies.of(float.class, shape(lanes));
  }

  static VectorSpecies<Integer> ints(int lanes) {
    return VectorSpecies.of(int.class, shape(lanes));
  }

  static VectorSpecies<Short> shorts(int lanes) {
    return VectorSpecies.of(short.class, shape(lanes));
  }

  static VectorSpecies<Byte> bytes(int lanes) {
    return VectorSpecies.of(byte.class, shape(lanes));
  }

  /** Returns the shuffle that moves each lane down by some lanes, round the end. */
  static VectorShuffle<Float> down(VectorSpecies<Float> floats, int by) {
    return VectorShuffle.fromOp(floats, i -> (i + by) % floats.length());
  }

  private static VectorShape shape(int lanes) {
    return VectorShape.forBitSize(32 * lanes);
  }

  /** Returns the widest vectors of this machine, in bits. */
  static int preferredBits() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    bits = Math.min(bits, IntVector.SPECIES_PREFERRED.vectorBitSize());
    bits = Math.min(bits, ShortVector.SPECIES_PREFERRED.vectorBitSize());
    return Math.min(bits, ByteVector.SPECIES_PREFERRED.vectorBitSize());
  }
}
