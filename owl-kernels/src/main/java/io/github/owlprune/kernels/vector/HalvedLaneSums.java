package io.github.owlprune.kernels.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Adds the upper half of a vector to its lower half, until one lane is left. */
final class HalvedLaneSums extends LaneSums {
  private static final int L = Species.lanes(MethodHandles.lookup());
  private static final VectorSpecies<Float> F = Species.floats(L);
  private static final VectorShuffle<Float> DOWN_8 = Species.down(F, 8);
  private static final VectorShuffle<Float> DOWN_4 = Species.down(F, 4);
  private static final VectorShuffle<Float> DOWN_2 = Species.down(F, 2);
  private static final VectorShuffle<Float> DOWN_1 = Species.down(F, 1);

  @Override
  void sum(float[] lanes, int first, int step, float[] y, int at, int count) {
    for (int r = 0; r < count; r++) {
      FloatVector v = FloatVector.fromArray(F, lanes, (first + r * step) * L);
      if (L > 8) {
        v = v.add(v.rearrange(DOWN_8));
      }
      if (L > 4) {
        v = v.add(v.rearrange(DOWN_4));
      }
      v = v.add(v.rearrange(DOWN_2));
      v = v.add(v.rearrange(DOWN_1));
      y[at + r] = v.lane(0);
    }
  }
}
