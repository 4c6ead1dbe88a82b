package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.MoeRecipe;
import io.github.owlprune.models.decoder.RouterRecipe;
import io.github.owlprune.models.decoder.SharedExpertRecipe;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a family's mixtures of experts.
 *
 * @param style the sizes of the rest of the model
 * @param experts E
 * @param active k
 * @param width I of every expert
 * @param normalized whether the probabilities of a token's experts are divided by their sum
 */
record ExpertSettings(LlamaStyle style, int experts, int active, int width, boolean normalized) {
  /** The most experts of a block; their names are made before the tensors are checked. */
  private static final int MOST_EXPERTS = 4096;

  /**
   * Reads the number of experts and of those that a token passes.
   *
   * @param s the configuration
   * @param style the sizes of the rest of the model
   * @param defaultExperts E without the setting
   * @param defaultActive k without the setting
   * @param width I of every expert
   * @param normalized whether the probabilities of a token's experts are divided by their sum
   */
  static ExpertSettings read(
      Settings s,
      LlamaStyle style,
      int defaultExperts,
      int defaultActive,
      int width,
      boolean normalized)
      throws CheckpointException {
    // Only training uses these.
    s.harmless("output_router_logits", "router_aux_loss_coef", "router_jitter_noise");
    int experts = experts(s, defaultExperts, Math.max(width, style.width()));
    int active = s.count("num_experts_per_tok", defaultActive);
    if (active > experts) {
      throw s.refused(
          "num_experts_per_tok", "it must be at most the number of experts, which is " + experts);
    }
    return new ExpertSettings(style, experts, active, width, normalized);
  }

  /** Returns the number of experts, for which transformers has two names. */
  private static int experts(Settings s, int defaultExperts, int widest)
      throws CheckpointException {
    String name = s.has("num_experts") ? "num_experts" : "num_local_experts";
    int experts = s.count(name, defaultExperts);
    // A tensor may stack the outputs of all experts, two linears of each.
    int most = Math.min(MOST_EXPERTS, Integer.MAX_VALUE / (2 * widest));
    if (experts > most) {
      throw s.refused(name, "this release reads at most " + most + " experts of this size");
    }
    if (s.count("num_local_experts", experts) != experts) {
      throw s.refused(
          "num_local_experts", "num_experts, which means the same, is " + experts + "; remove one");
    }
    return experts;
  }

  /**
   * Returns the mixture of a block, in the module names of Qwen and OLMoE.
   *
   * @param block the block's name
   * @param shared an expert that every token passes, null for none
   */
  MoeRecipe mixture(String block, @Nullable SharedExpertRecipe shared) {
    return mixture(block, "mlp", "gate_proj", "up_proj", "down_proj", shared);
  }

  /**
   * Returns the mixture of a block.
   *
   * @param block the block's name
   * @param module the mixture's name within the block
   * @param gate the name of W_gate within an expert
   * @param up the name of W_up within an expert
   * @param down the name of W_down within an expert
   * @param shared an expert that every token passes, null for none
   */
  MoeRecipe mixture(
      String block,
      String module,
      String gate,
      String up,
      String down,
      @Nullable SharedExpertRecipe shared) {
    return new MoeRecipe(
        new RouterRecipe(block + "." + module + ".gate.weight", active, normalized),
        IntStream.range(0, experts)
            .mapToObj(e -> expert(block, module + ".experts." + e, gate, up, down))
            .toList(),
        shared);
  }

  /** Returns an expert, whose linears see only the tokens that are routed to it. */
  private MlpRecipe expert(String block, String name, String gate, String up, String down) {
    String routed = name + ".routed";
    String activated = name + ".activated";
    int hidden = style.width();
    return new MlpRecipe(
        LinearRecipe.of(block, new Linear(name + "." + gate, width, hidden, routed), false),
        LinearRecipe.of(block, new Linear(name + "." + up, width, hidden, routed), false),
        LinearRecipe.of(block, new Linear(name + "." + down, hidden, width, activated), false),
        style.activation());
  }
}
