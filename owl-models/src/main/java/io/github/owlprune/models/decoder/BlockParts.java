package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one block with their weights: attention, MLP or experts, and the norms around them.
 * Forward passes only read them, so several may run at the same time.
 */
final class BlockParts implements AutoCloseable {
  private final WeightStore store;
  private final Projections projections;
  private final int width; // W
  private final List<Matrix> others = new ArrayList<>(); // of routers, which are never pruned
  private final Residual attentionResidual;
  private final SelfAttention attention;
  private final Residual mlpResidual;
  private final FeedForward mlp;

  /** Provides the projections of a block's linears. */
  @FunctionalInterface
  interface Projections {
    Projection of(LinearRecipe linear);
  }

  /**
   * Loads a block's norms and routers, and puts its parts together.
   *
   * @param recipe the block's recipe
   * @param width W
   * @param store the source of the weights
   * @param projections the block's linears; not closed with this
   */
  BlockParts(BlockRecipe recipe, int width, WeightStore store, Projections projections) {
    this.store = store;
    this.projections = projections;
    this.width = width;
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
        projections.of(a.query()),
        projections.of(a.key()),
        projections.of(a.value()),
        projections.of(a.output()),
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
        ? new PlainMlp(projections.of(m.up()), m.activation(), projections.of(m.down()))
        : new GatedMlp(
            projections.of(m.gate()),
            projections.of(m.up()),
            m.activation(),
            projections.of(m.down()));
  }

  private @Nullable Norm norm(@Nullable NormRecipe norm, int values) {
    return norm == null ? null : store.norm(norm, values);
  }

  private @Nullable HeadNorm headNorm(@Nullable HeadNormRecipe norm, int heads, int headSize) {
    return norm == null ? null : norm.load(store, heads, headSize);
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

  @Override
  public void close() {
    others.forEach(Matrix::close);
  }
}
