package io.github.owlprune.models.family;

import java.util.Map;

/** Model types that are known but not supported, with the reason. */
final class Unsupported {
  private static final String LATENT =
      "its multi-head latent attention computes keys and values from compressed states";
  private static final String STATE_SPACE =
      "its state-space or recurrent layers are no attention and MLP";
  private static final String FP4 =
      "its experts are stored in packed 4-bit numbers, which cannot be pruned in place";
  private static final String NOT_CAUSAL = "it is no decoder-only language model";

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("deepseek_v2", LATENT),
          Map.entry("deepseek_v3", LATENT),
          Map.entry("kimi_k2", LATENT),
          Map.entry("minicpm3", LATENT),
          Map.entry("bamba", STATE_SPACE),
          Map.entry("falcon_h1", STATE_SPACE),
          Map.entry("falcon_mamba", STATE_SPACE),
          Map.entry("granitemoehybrid", STATE_SPACE),
          Map.entry("jamba", STATE_SPACE),
          Map.entry("lfm2", STATE_SPACE),
          Map.entry("mamba", STATE_SPACE),
          Map.entry("mamba2", STATE_SPACE),
          Map.entry("nemotron_h", STATE_SPACE),
          Map.entry("qwen3_next", STATE_SPACE),
          Map.entry("recurrent_gemma", STATE_SPACE),
          Map.entry("rwkv", STATE_SPACE),
          Map.entry("zamba2", STATE_SPACE),
          Map.entry("gpt_oss", FP4),
          Map.entry("bart", NOT_CAUSAL),
          Map.entry("bert", NOT_CAUSAL),
          Map.entry("roberta", NOT_CAUSAL),
          Map.entry("t5", NOT_CAUSAL));

  private Unsupported() {}

  /** Returns why a model type is not supported, as the start of a message; empty if unknown. */
  static String reason(String modelType) {
    String reason = REASONS.get(modelType);
    return reason == null ? "" : reason + ", which this release does not support; ";
  }
}
