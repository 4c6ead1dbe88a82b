package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A decoder block with dense weights, which can be changed and saved. */
final class OpenDecoderBlock implements OpenBlock {
  private final BlockWeights weights;
  private final BlockParts parts;
  private final BlockPass pass;

  OpenDecoderBlock(
      BlockRecipe recipe, int width, WeightStore store, WorkspacePool workspaces, Workers workers) {
    this.weights = new BlockWeights(recipe, store);
    try {
      this.parts = new BlockParts(recipe, width, store, weights::projection);
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
    this.pass = new BlockPass(recipe, width, parts, workspaces, workers);
  }

  @Override
  public INDArray weight(Linear linear) {
    return weights.matrix(linear).array();
  }

  @Override
  public void forward(float[] hidden, Tap tap) {
    pass.run(hidden, tap, true);
  }

  @Override
  public void observe(float[] hidden, Tap tap) {
    pass.run(hidden, tap, false);
  }

  @Override
  public void save() {
    weights.save();
  }

  @Override
  public void close() {
    parts.close();
    weights.close();
  }
}
