package io.github.owlprune.models.decoder;

import java.util.List;

/**
 * A block's parts by tensor name: {@code x + attention(norm(x))}, then {@code x + mlp(norm(x))}
 * with a gated MLP.
 *
 * @param name the block's name, the common prefix of its tensors
 * @param attentionNorm the norm before the attention, {@code [W]}
 * @param query {@code [Q, W]}
 * @param key {@code [K, W]}
 * @param value {@code [K, W]}
 * @param output {@code [W, Q]}
 * @param mlpNorm the norm before the MLP, {@code [W]}
 * @param gate {@code [I, W]}
 * @param up {@code [I, W]}
 * @param down {@code [W, I]}
 */
public record BlockRecipe(
    String name,
    String attentionNorm,
    LinearRecipe query,
    LinearRecipe key,
    LinearRecipe value,
    LinearRecipe output,
    String mlpNorm,
    LinearRecipe gate,
    LinearRecipe up,
    LinearRecipe down) {
  /**
   * The linears in the order in which they are computed.
   *
   * @return all seven
   */
  public List<LinearRecipe> linears() {
    return List.of(query, key, value, output, gate, up, down);
  }
}
