package io.github.owlprune;

/** What prunes in {@linkplain Plan#toLlmCompressorRecipe a recipe of llm-compressor}. */
public enum LlmCompressorModifier {
  /** Wanda. */
  WANDA("WandaPruningModifier"),
  /** SparseGPT. */
  SPARSEGPT("SparseGPTModifier");

  private final String type;

  LlmCompressorModifier(String type) {
    this.type = type;
  }

  /** The class that the recipe names. */
  String type() {
    return type;
  }
}
