package io.github.owlprune.models.decoder;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An MLP, of a block or of one expert: {@code W_down (f(W_gate x) ∘ W_up x)}, or {@code W_down
 * f(W_up x)} without a gate.
 *
 * @param gate W_gate, {@code [I, W]}, null for none
 * @param up W_up, {@code [I, W]}
 * @param down W_down, {@code [W, I]}
 * @param activation f
 */
public record MlpRecipe(
    @Nullable LinearRecipe gate, LinearRecipe up, LinearRecipe down, Activation activation)
    implements FeedForwardRecipe {
  @Override
  public List<LinearRecipe> linears() {
    return gate == null ? List.of(up, down) : List.of(gate, up, down);
  }

  @Override
  public Stream<TensorShape> otherTensors(int width) {
    return Stream.empty();
  }

  @Override
  public long activeWeights(int width) {
    return linears().stream().mapToLong(l -> l.linear().weights()).sum();
  }

  /** Returns I. */
  int innerWidth() {
    return up.linear().outputs();
  }
}
