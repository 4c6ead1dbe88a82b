package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Linear;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loaded weights of one block: a matrix per linear, and the block's parts over them. Forward
 * passes only read them, so several may run at the same time.
 */
final class BlockWeights implements AutoCloseable {
  private final BlockRecipe recipe;
  private final WeightStore store;
  private final int width; // W
  private final Map<String, Matrix> matrices; // W [outputs, inputs] by the linears' names
  private final Residual attentionResidual;
  private final SelfAttention attention;
  private final Residual mlpResidual;
  private final Mlp mlp;

  /** Loads a block's weights. */
  BlockWeights(BlockRecipe recipe, int width, WeightStore store) {
    this.recipe = recipe;
    this.store = store;
    this.width = width;
    this.matrices = store.load(recipe);
    this.attentionResidual = residual(recipe.attentionResidual());
    this.attention = attention(recipe.attention());
    this.mlpResidual = residual(recipe.mlpResidual());
    this.mlp = mlp(recipe.mlp());
  }

  private Residual residual(ResidualRecipe r) {
    Norm inputNorm = norm(r.inputNorm(), width);
    return new Residual(
        width,
        inputNorm == null ? new IdentityNorm(width) : inputNorm,
        norm(r.outputNorm(), width),
        norm(r.postNorm(), width));
  }

  private SelfAttention attention(AttentionRecipe a) {
    return new SelfAttention(
        a.shape(),
        projection(a.query()),
        projection(a.key()),
        projection(a.value()),
        projection(a.output()),
        norm(a.queryNorm(), a.shape().headSize()),
        norm(a.keyNorm(), a.shape().headSize()));
  }

  private Mlp mlp(MlpRecipe m) {
    return m.gate() == null
        ? new PlainMlp(projection(m.up()), m.activation(), projection(m.down()))
        : new GatedMlp(
            projection(m.gate()), projection(m.up()), m.activation(), projection(m.down()));
  }

  private @Nullable Norm norm(@Nullable NormRecipe norm, int values) {
    return norm == null ? null : store.norm(norm, values);
  }

  private Projection projection(LinearRecipe l) {
    return new DenseProjection(matrix(l.linear()), store.bias(l));
  }

  Residual attentionResidual() {
    return attentionResidual;
  }

  SelfAttention attention() {
    return attention;
  }

  Residual mlpResidual() {
    return mlpResidual;
  }

  Mlp mlp() {
    return mlp;
  }

  /**
   * Returns a linear's weight, {@code [outputs, inputs]}.
   *
   * @throws IllegalArgumentException if the block has no such linear
   */
  Matrix matrix(Linear linear) {
    Matrix matrix = matrices.get(linear.name());
    if (matrix == null) {
      throw new IllegalArgumentException(
          recipe.name()
              + " has no linear "
              + linear.name()
              + "; its linears are "
              + matrices.keySet());
    }
    return matrix;
  }

  /** Writes the weights to the checkpoint, and rounds them in place to the checkpoint's type. */
  void save() {
    store.save(recipe, matrices);
  }

  @Override
  public void close() {
    matrices.values().forEach(Matrix::close);
  }
}
