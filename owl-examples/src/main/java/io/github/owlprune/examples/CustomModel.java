package io.github.owlprune.examples;

import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.plan.Report;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The smallest network that can be pruned: residual layers {@code x ← x + relu(W x)} on ND4J
 * arrays. A token id is the number of a row of a data set.
 */
public final class CustomModel implements Model {
  private final INDArray data; // [samples, width]
  private final List<Layer> layers;

  /**
   * Wraps a network.
   *
   * @param data inputs, float32 {@code [samples, width]}
   * @param weights one per layer, float32 {@code [width, width]}, pruned in place
   */
  public CustomModel(INDArray data, List<INDArray> weights) {
    this.data = data;
    this.layers =
        IntStream.range(0, weights.size())
            .mapToObj(i -> new Layer("layer." + i, weights.get(i)))
            .toList();
  }

  @Override
  public int width() {
    return (int) data.size(1);
  }

  @Override
  public List<Layer> blocks() {
    return layers;
  }

  @Override
  public void check(int[] sequence) {
    for (int row : sequence) {
      if (row >= data.size(0)) {
        throw new IllegalArgumentException(
            "sample " + row + " does not exist; use 0 to " + (data.size(0) - 1));
      }
    }
  }

  @Override
  public void embed(int[] sequence, float[] hidden) {
    for (int t = 0; t < sequence.length; t++) {
      System.arraycopy(data.getRow(sequence[t]).toFloatVector(), 0, hidden, t * width(), width());
    }
  }

  /** A layer. Its weight changes only when an open copy of it is saved. */
  record Layer(String name, INDArray weight) implements Block {
    @Override
    public List<Linear> linears() {
      return List.of(new Linear("weight", (int) weight.size(0), (int) weight.size(1), "x"));
    }

    @Override
    public OpenBlock open(Workers workers) {
      return new OpenLayer(weight, weight.dup());
    }
  }

  /** A layer with a copy of its weight to be read and changed. */
  private record OpenLayer(INDArray saved, INDArray weight) implements OpenBlock {
    @Override
    public INDArray weight(Linear linear) {
      return weight;
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      long width = weight.size(1);
      try (INDArray x = Nd4j.create(hidden, new long[] {hidden.length / width, width}, 'c');
          INDArray y = Nd4j.createUninitialized(DataType.FLOAT, x.shape(), 'c')) {
        tap.accept("x", x);
        Nd4j.gemm(x, weight, y, false, true, 1, 0); // x Wᵀ
        Transforms.relu(y, false).addi(x);
        y.data().asNioFloat().get(hidden);
      }
    }

    @Override
    public void save() {
      saved.assign(weight);
    }

    @Override
    public void close() {
      weight.close();
    }
  }

  /**
   * Prunes a random network to 60 %.
   *
   * @param args unused
   */
  public static void main(String[] args) {
    Nd4j.getRandom().setSeed(0);
    INDArray data = Nd4j.randn(DataType.FLOAT, 64, 32);
    List<INDArray> weights =
        IntStream.range(0, 4).mapToObj(i -> Nd4j.randn(DataType.FLOAT, 32, 32).muli(0.2)).toList();
    CustomModel model = new CustomModel(data, weights);
    Calibration rows = Calibration.ids(List.of(IntStream.range(0, 64).toArray()));
    Report report = Owl.allocate(model, rows).withSparsity(0.6).prune(wanda());
    System.out.println(report);
  }
}
