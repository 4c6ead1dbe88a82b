package io.github.owlprune.runtime;

import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.LoadedLm;
import io.github.owlprune.runtime.generation.GenerationDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A model that generates text.
 *
 * <pre>{@code
 * try (Generator lm = Generator.load(Path.of("smollm2-owl70"))) {
 *   lm.generate("Once upon a time", Sampling.greedy().maxTokens(64), System.out::print);
 * }
 * }</pre>
 *
 * <p>All weights are in memory, packed: a linear with enough zeros as a bitmask and the values that
 * stay. Several threads may generate at the same time; each answer, or each {@link Session}, has
 * its own keys and values.
 */
public final class Generator implements AutoCloseable {
  private final CausalLm model;
  private final LoadedLm loaded;
  private final GenerationDefaults defaults;

  private Generator(CausalLm model, LoadedLm loaded, GenerationDefaults defaults) {
    this.model = model;
    this.loaded = loaded;
    this.defaults = defaults;
  }

  /**
   * Loads a model on all processors. Its weights are exact: bfloat16 if all of the checkpoint's
   * are, float32 otherwise.
   *
   * @param folder a Hugging Face folder with a tokenizer
   * @return the generator, to be closed
   * @throws IOException if the model or its tokenizer cannot be opened; the message says why
   * @throws IllegalStateException if the model has no output head
   */
  public static Generator load(Path folder) throws IOException {
    return load(folder, exactValues(folder), Runtime.getRuntime().availableProcessors());
  }

  /**
   * Returns the narrowest type that holds a model's weights exactly.
   *
   * @param folder a Hugging Face folder
   * @return BFLOAT16 if all weights in the files are, FLOAT32 otherwise
   * @throws IOException if the model cannot be opened
   */
  public static ValueType exactValues(Path folder) throws IOException {
    try (CausalLm model = CausalLm.open(folder)) {
      return model.weightTypes().keySet().equals(Set.of("BF16"))
          ? ValueType.BFLOAT16
          : ValueType.FLOAT32;
    }
  }

  /**
   * Loads a model.
   *
   * @param folder a Hugging Face folder with a tokenizer
   * @param values the type of the weights in memory
   * @param threads the number of threads, at least 1
   * @return the generator, to be closed
   * @throws IOException if the model or its tokenizer cannot be opened; the message says why
   * @throws IllegalArgumentException if {@code threads} is below 1
   * @throws IllegalStateException if the model has no output head
   */
  public static Generator load(Path folder, ValueType values, int threads) throws IOException {
    CausalLm model = CausalLm.open(folder);
    try {
      model.tokenizer(); // before the weights, which take longer
      GenerationDefaults defaults = GenerationDefaults.read(folder);
      return new Generator(model, model.load(values, threads), defaults);
    } catch (IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /**
   * Returns the settings that the model's makers recommend, from {@code generation_config.json}.
   *
   * @return greedy if they recommend none
   */
  public Sampling recommended() {
    return defaults.sampling();
  }

  /**
   * Returns the length of the longest sequence, prompt and answer together.
   *
   * @return tokens
   */
  public int context() {
    return loaded.context();
  }

  /**
   * Returns the size of the vocabulary.
   *
   * @return V; token ids range from 0 to V − 1
   */
  public int vocabulary() {
    return loaded.vocabulary();
  }

  /**
   * Returns the name of the kernels that multiply by the weights.
   *
   * @return for example {@code vector-512}, or {@code plain} on a JVM without the Vector API
   */
  public String kernels() {
    return loaded.kernels();
  }

  /**
   * Continues a text.
   *
   * @param prompt the text to continue, not empty
   * @param sampling how tokens are chosen and when the answer ends
   * @param pieces receives the answer in pieces of whole characters as they are generated
   * @return the answer
   * @throws IllegalArgumentException if the prompt has no token or fills the context
   * @throws ArithmeticException if a logit is not a number
   */
  public Answer generate(String prompt, Sampling sampling, Consumer<String> pieces) {
    try (Session session = open()) {
      return session.generate(prompt, sampling, pieces);
    }
  }

  /**
   * Answers the last message of a chat.
   *
   * @param messages each has a {@code role} and usually a {@code content}; values as in JSON
   * @param sampling how tokens are chosen and when the answer ends
   * @param pieces receives the answer in pieces of whole characters as they are generated
   * @return the answer
   * @throws IOException if the model has no chat template, or it cannot be read
   * @throws IllegalArgumentException if the template refuses the messages, or they fill the context
   * @throws ArithmeticException if a logit is not a number
   */
  public Answer chat(List<Map<String, Object>> messages, Sampling sampling, Consumer<String> pieces)
      throws IOException {
    try (Session session = open()) {
      return session.chat(messages, sampling, pieces);
    }
  }

  /**
   * Opens a session, which remembers what it has read: a prompt that begins like the one before is
   * read from where they differ.
   *
   * @return the session, to be closed before this
   */
  public Session open() {
    return new Session(model, loaded, defaults.endTokens());
  }

  /** Frees the weights and ends the threads. */
  @Override
  public void close() throws IOException {
    loaded.close();
    model.close();
  }
}
