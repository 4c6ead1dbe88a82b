package io.github.owlprune.runtime.generation;

import io.github.owlprune.runtime.Sampling;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Chooses one token after another from the model's logits. Tokens are ranked by a heap, so that a
 * choice costs one pass over the vocabulary and a few steps for each token that is kept.
 */
public final class TokenSampler {
  private final Sampling sampling;
  private final SplittableRandom random;
  private final BitSet seen = new BitSet();
  private int[] heap = {}; // token ids; the most likely one first
  private double[] weights = {}; // of the kept tokens, relative to the most likely one

  /**
   * Starts an answer.
   *
   * @param sampling the settings
   * @param prompt the prompt's token ids, which count as used before
   */
  public TokenSampler(Sampling sampling, int[] prompt) {
    this.sampling = sampling;
    this.random = new SplittableRandom(sampling.seed());
    for (int id : prompt) {
      seen.set(id);
    }
  }

  /**
   * Chooses the next token.
   *
   * @param logits {@code [V]}; may be overwritten
   * @return a token id below V
   * @throws ArithmeticException if a logit is NaN or positive infinity
   */
  public int next(float[] logits) {
    penalizeRepetition(logits);
    int best = best(logits);
    int token = sampling.isGreedy() ? best : draw(logits);
    seen.set(token);
    return token;
  }

  private void penalizeRepetition(float[] logits) {
    float penalty = (float) sampling.repetitionPenalty();
    if (penalty != 1f) {
      for (int id = seen.nextSetBit(0);
          id >= 0 && id < logits.length;
          id = seen.nextSetBit(id + 1)) {
        logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
      }
    }
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int id = 0; id < logits.length; id++) {
      float logit = logits[id];
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        throw new ArithmeticException(
            "the logit of token "
                + id
                + " is "
                + logit
                + "; the model's weights or an activation overflow");
      }
      if (logit > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  /** Draws from the tokens that the filters keep. */
  private int draw(float[] logits) {
    heapify(logits);
    int kept = keep(logits);
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += weights[i];
    }
    double left = random.nextDouble() * sum;
    for (int i = 0; i < kept - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return heap[heap.length - 1 - i];
      }
    }
    return heap[heap.length - kept];
  }

  /**
   * Moves the kept tokens to the end of the heap's array, the most likely one last, and computes
   * their weights {@code exp((logit − largest) / temperature)}.
   *
   * @return how many are kept, at least 1
   */
  private int keep(float[] logits) {
    int most = Math.min(sampling.topK(), logits.length);
    double total = sampling.topP() < 1 ? totalOfTopK(logits, most) : 0;
    float largest = logits[heap[0]];
    int kept = 0;
    double higher = 0; // the weights of all tokens that are more likely
    while (kept < most) {
      int token = heap[0];
      double weight = weight(logits[token], largest);
      boolean beyondTopP = sampling.topP() < 1 && higher >= sampling.topP() * total;
      if (kept > 0 && (beyondTopP || weight < sampling.minP() || weight == 0)) {
        break;
      }
      popTo(heap.length - 1 - kept, logits);
      weights[kept++] = weight;
      higher += weight;
    }
    return kept;
  }

  /** Returns the sum of the weights among which {@code topP} chooses its share. */
  private double totalOfTopK(float[] logits, int most) {
    float largest = logits[heap[0]];
    double total = 0;
    if (most == logits.length) {
      for (float logit : logits) {
        total += weight(logit, largest);
      }
      return total;
    }
    for (int i = 0; i < most; i++) {
      total += weight(logits[heap[0]], largest);
      popTo(heap.length - 1 - i, logits);
    }
    heapify(logits);
    return total;
  }

  private double weight(float logit, float largest) {
    return Math.exp(((double) logit - largest) / sampling.temperature());
  }

  private void heapify(float[] logits) {
    if (heap.length != logits.length) {
      heap = new int[logits.length];
      weights = new double[logits.length];
    }
    for (int i = 0; i < heap.length; i++) {
      heap[i] = i;
    }
    for (int i = heap.length / 2 - 1; i >= 0; i--) {
      siftDown(i, heap.length, logits);
    }
  }

  /** Swaps the heap's first token with the one at {@code last}, which then leaves the heap. */
  private void popTo(int last, float[] logits) {
    int first = heap[0];
    heap[0] = heap[last];
    heap[last] = first;
    siftDown(0, last, logits);
  }

  private void siftDown(int from, int size, float[] logits) {
    int token = heap[from];
    int hole = from;
    int child = 2 * hole + 1;
    while (child < size) {
      if (child + 1 < size && precedes(heap[child + 1], heap[child], logits)) {
        child++;
      }
      if (precedes(token, heap[child], logits)) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
      child = 2 * hole + 1;
    }
    heap[hole] = token;
  }

  /** Returns whether a token ranks before another: by its logit, then by its id. */
  private static boolean precedes(int token, int other, float[] logits) {
    return logits[token] > logits[other] || (logits[token] == logits[other] && token < other);
  }
}
