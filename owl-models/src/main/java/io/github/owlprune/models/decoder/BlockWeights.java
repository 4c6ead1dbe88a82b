package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Linear;
import java.util.ArrayList;
import java.util.List;
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
  private final List<Matrix> others = new ArrayList<>(); // of routers, which are never pruned
  private final Residual attentionResidual;
  private final SelfAttention attention;
  private final Residual mlpResidual;
  private final FeedForward mlp;

  /** Loads a block's weights. */
  BlockWeights(BlockRecipe recipe, int width, WeightStore store) {
    this.recipe = recipe;
    this.store = store;
    this.width = width;
    this.matrices = store.load(recipe);
    this.attentionResidual = residual(recipe.attentionResidual());
    this.attention = attention(recipe.attention());
    this.mlpResidual = residual(recipe.mlpResidual());
    this.mlp = feedForward(recipe.mlp());
  }

  private Residual residual(ResidualRecipe r) {
    Norm inputNorm = norm(r.inputNorm(), width);
    return new Residual(
        width,
        inputNorm == null ? new IdentityNorm(width) : inputNorm,
        norm(r.outputNorm(), width),
        r.multiplier(),
        norm(r.postNorm(), width));
  }

  private SelfAttention attention(AttentionRecipe a) {
    return new SelfAttention(
        a.shape(),
        projection(a.query()),
        projection(a.key()),
        projection(a.value()),
        projection(a.output()),
        headNorm(a.queryNorm(), a.shape().heads(), a.shape().headSize()),
        headNorm(a.keyNorm(), a.shape().keyValueHeads(), a.shape().headSize()));
  }

  private FeedForward feedForward(FeedForwardRecipe f) {
    return f instanceof MoeRecipe m ? mixture(m) : mlp((MlpRecipe) f);
  }

  private MixtureOfExperts mixture(MoeRecipe m) {
    RouterRecipe router = m.router();
    SharedExpertRecipe shared = m.shared();
    return new MixtureOfExperts(
        new Router(
            other(router.tensor(), m.experts().size()), router.active(), router.normalized()),
        m.experts().stream().map(this::mlp).toList(),
        shared == null ? null : new SharedExpert(mlp(shared.mlp()), other(shared.gate(), 1)),
        width);
  }

  /** Loads a tensor {@code [outputs, W]} that is never pruned. */
  private Projection other(String tensor, int outputs) {
    Matrix matrix = Matrix.allocate(outputs, width);
    others.add(matrix);
    store.load(tensor, 0, matrix);
    return new DenseProjection(matrix, null);
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

  private @Nullable HeadNorm headNorm(@Nullable HeadNormRecipe norm, int heads, int headSize) {
    return norm == null ? null : norm.load(store, heads, headSize);
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

  FeedForward mlp() {
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
    others.forEach(Matrix::close);
  }
}
