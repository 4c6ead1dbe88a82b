package io.github.owlprune.runtime;

import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.FolderTokenizer;
import io.github.owlprune.models.LoadedLm;
import io.github.owlprune.models.LoadedSequence;
import io.github.owlprune.runtime.generation.AnswerLoop;
import io.github.owlprune.runtime.generation.CachedSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A conversation with a model, or several answers to prompts that begin alike: what was read once
 * is not read again. Used by one thread at a time.
 */
public final class Session implements AutoCloseable {
  private final CausalLm model;
  private final FolderTokenizer tokenizer;
  private final LoadedSequence sequence;
  private final AnswerLoop loop;

  Session(CausalLm model, LoadedLm loaded, Set<Integer> endTokens) {
    this.model = model;
    try {
      this.tokenizer = model.tokenizer();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is open already
    }
    this.sequence = loaded.start();
    this.loop = new AnswerLoop(cached(sequence), loaded.context(), endTokens, tokenizer::decode);
  }

  private static CachedSequence cached(LoadedSequence sequence) {
    return new CachedSequence() {
      @Override
      public int length() {
        return sequence.length();
      }

      @Override
      public float[] append(int[] ids) {
        return sequence.append(ids);
      }

      @Override
      public void truncate(int length) {
        sequence.truncate(length);
      }
    };
  }

  /**
   * Continues a text, as {@link Generator#generate}.
   *
   * @param prompt the text to continue, not empty
   * @param sampling how tokens are chosen and when the answer ends
   * @param pieces receives the answer in pieces of whole characters
   * @return the answer
   * @throws IllegalArgumentException if the prompt has no token or fills the context
   * @throws ArithmeticException if a logit is not a number
   */
  public Answer generate(String prompt, Sampling sampling, Consumer<String> pieces) {
    return generate(tokenizer.encode(prompt), sampling, pieces);
  }

  /**
   * Continues a sequence of tokens.
   *
   * @param prompt token ids, at least one
   * @param sampling how tokens are chosen and when the answer ends
   * @param pieces receives the answer in pieces of whole characters
   * @return the answer
   * @throws IllegalArgumentException if there is no token, an id is outside the vocabulary, or they
   *     fill the context
   * @throws ArithmeticException if a logit is not a number
   */
  public Answer generate(int[] prompt, Sampling sampling, Consumer<String> pieces) {
    return loop.answer(prompt, sampling, pieces);
  }

  /**
   * Answers the last message of a chat, as {@link Generator#chat}.
   *
   * @param messages each has a {@code role} and usually a {@code content}; values as in JSON
   * @param sampling how tokens are chosen and when the answer ends
   * @param pieces receives the answer in pieces of whole characters
   * @return the answer
   * @throws IOException if the model has no chat template, or it cannot be read
   * @throws IllegalArgumentException if the template refuses the messages, or they fill the context
   * @throws ArithmeticException if a logit is not a number
   */
  public Answer chat(List<Map<String, Object>> messages, Sampling sampling, Consumer<String> pieces)
      throws IOException {
    String text = model.chatTemplate().render(messages, true, Map.of());
    return generate(tokenizer.encodeRendered(text), sampling, pieces);
  }

  /** Frees the keys and values. */
  @Override
  public void close() {
    sequence.close();
  }
}
