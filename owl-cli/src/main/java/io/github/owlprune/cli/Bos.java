package io.github.owlprune.cli;

import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.FolderTokenizer;
import io.github.owlprune.models.Perplexity;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a text's windows contain the beginning-of-text token that the tokenizer adds.
 *
 * <p>Gemma was trained with the token before every text, and its perplexity is many times higher
 * without it, so programs based on transformers add it to every window. The papers' figures for
 * LLaMA are measured with the token only where the tokenizer puts it, at the start of the text.
 */
enum Bos {
  /** In every window for Gemma, at the start of the text for others. */
  AUTO,
  /** In every window. */
  ALWAYS,
  /** Nowhere. */
  NEVER;

  /**
   * Cuts an encoded text into windows.
   *
   * @param ids the text as the tokenizer encodes it
   * @param length the tokens in a window
   * @throws IOException if the tokenizer cannot be opened
   * @throws IllegalArgumentException if the text is shorter than a window, or there is no such
   *     token to put into every window
   */
  List<int[]> windows(CausalLm model, int[] ids, int length) throws IOException {
    FolderTokenizer tokenizer = model.tokenizer();
    OptionalInt token = tokenizer.beginningOfText();
    if (this == ALWAYS && token.isEmpty()) {
      throw new IllegalArgumentException(
          "--bos always was given, but the model's tokenizer puts no token before a text; omit"
              + " --bos");
    }
    if (token.isEmpty() || (this == AUTO && !model.modelType().startsWith("gemma"))) {
      return Perplexity.windows(ids, length);
    }
    if (this == NEVER) {
      boolean there = ids.length > 0 && ids[0] == token.getAsInt();
      return Perplexity.windows(there ? Arrays.copyOfRange(ids, 1, ids.length) : ids, length);
    }
    return Perplexity.windows(ids, length, token.getAsInt());
  }
}
