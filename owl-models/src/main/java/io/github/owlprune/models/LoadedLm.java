package io.github.owlprune.models;

import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.models.decoder.Decoder;
import io.github.owlprune.models.decoder.ResidentDecoder;

/**
 * A causal language model with all weights in memory, which reads sequences token by token. Several
 * threads may each read a sequence of their own at the same time.
 */
public final class LoadedLm implements AutoCloseable {
  private final Workers workers;
  private final ResidentDecoder decoder;

  LoadedLm(Decoder decoder, ValueType values, int threads) {
    this.workers = Workers.open(threads);
    try {
      this.decoder = decoder.load(values, workers);
    } catch (RuntimeException | Error e) {
      workers.close();
      throw e;
    }
  }

  /**
   * Starts a sequence.
   *
   * @return a sequence without tokens, to be closed
   */
  public LoadedSequence start() {
    return new LoadedSequence(decoder.start());
  }

  /**
   * Returns the length of the longest sequence.
   *
   * @return tokens
   */
  public int context() {
    return decoder.recipe().context();
  }

  /**
   * Returns the size of the vocabulary.
   *
   * @return V; token ids range from 0 to V − 1
   */
  public int vocabulary() {
    return decoder.recipe().vocabulary();
  }

  /**
   * Returns the name of the kernels that multiply by the weights.
   *
   * @return for example {@code vector-512}, or {@code plain} on a JVM without the Vector API
   */
  public String kernels() {
    return decoder.kernels();
  }

  /** Frees the weights and ends the threads; no sequence may be read any more. */
  @Override
  public void close() {
    decoder.close();
    workers.close();
  }
}
