package io.github.owlprune.models.decoder;

import io.github.owlprune.model.Linear;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mixture of experts (arXiv 2401.04088, section 2.1): {@code y = Σ p_e expert_e(x)} over the k
 * experts that the router chooses for x, plus a shared expert if there is one. The linears of the
 * experts are pruned; the router and the shared expert's gate are not.
 *
 * @param router chooses the experts of a token
 * @param experts E experts with the same sizes, at least one. Each names its inputs differently,
 *     because each sees only the tokens that are routed to it
 * @param shared an expert that every token passes, null for none
 */
public record MoeRecipe(
    RouterRecipe router, List<MlpRecipe> experts, @Nullable SharedExpertRecipe shared)
    implements FeedForwardRecipe {
  /**
   * Copies the list.
   *
   * @param router chooses the experts of a token
   * @param experts E experts with the same sizes, at least one. Each names its inputs differently,
   *     because each sees only the tokens that are routed to it
   * @param shared an expert that every token passes, null for none
   */
  public MoeRecipe {
    experts = List.copyOf(experts);
  }

  @Override
  public List<LinearRecipe> linears() {
    Stream<LinearRecipe> routed = experts.stream().flatMap(e -> e.linears().stream());
    return shared == null
        ? routed.toList()
        : Stream.concat(routed, shared.mlp().linears().stream()).toList();
  }

  @Override
  public Stream<TensorShape> otherTensors(int width) {
    TensorShape routing = TensorShape.of(router.tensor(), experts.size(), width);
    return shared == null
        ? Stream.of(routing)
        : Stream.of(routing, TensorShape.of(shared.gate(), 1, width));
  }

  @Override
  public long activeWeights(int width) {
    long others = otherTensors(width).mapToLong(TensorShape::elements).sum();
    long ofShared = shared == null ? 0 : shared.mlp().activeWeights(width);
    return others + ofShared + router.active() * experts.get(0).activeWeights(width);
  }

  /** Returns whether a linear belongs to an expert that only some tokens pass. */
  boolean isRouted(Linear linear) {
    return experts.stream()
        .flatMap(e -> e.linears().stream())
        .anyMatch(l -> l.linear().equals(linear));
  }

  /** Returns I of every expert. */
  int expertWidth() {
    return experts.get(0).innerWidth();
  }
}
