package io.github.owlprune.plan;

/** The strategy of {@linkplain Plan#toLlmCompressorRecipe a recipe of llm-compressor}. */
public enum LlmCompressorModifier {
  /** Wanda. */
  WANDA("WandaPruningModifier"),
  /** SparseGPT. */
  SPARSEGPT("SparseGPTModifier");

  private final String type;

  LlmCompressorModifier(String type) {
    this.type = type;
  }

  /** Returns the class that the recipe names. */
  String type() {
    return type;
  }
}
