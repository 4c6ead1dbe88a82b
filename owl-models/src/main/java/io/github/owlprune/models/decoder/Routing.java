package io.github.owlprune.models.decoder;

import java.util.Arrays;

/**
 * The experts of every token of a sequence, and the order in which their rows are computed: grouped
 * by expert, and by token within an expert. With k experts a token, there are exactly {@code T · k}
 * rows.
 */
final class Routing {
  private int active; // k
  private final int[] experts; // [T, k], ascending within a token
  private final float[] weights; // [T, k]
  private final int[] rows; // [T, k], the row of each pair of token and expert
  private final int[] tokens; // [T · k], the token of each row
  private final int[] first; // [E + 1], the first row of each expert, then the number of rows

  /**
   * Creates an empty routing.
   *
   * @param rows the most pairs of token and expert
   * @param experts the most experts
   */
  Routing(int rows, int experts) {
    this.experts = new int[rows];
    this.weights = new float[rows];
    this.rows = new int[rows];
    this.tokens = new int[rows];
    this.first = new int[experts + 1];
  }

  /** Starts a sequence in which every token passes this many experts. */
  void prepare(int expertsOfToken) {
    active = expertsOfToken;
  }

  /** Returns whether an expert is among the first {@code count} of a token. */
  boolean isChosen(int token, int count, int expert) {
    for (int i = token * active; i < token * active + count; i++) {
      if (experts[i] == expert) {
        return true;
      }
    }
    return false;
  }

  /** Adds an expert to the first {@code count} of a token, which stay in ascending order. */
  void choose(int token, int count, int expert, float weight) {
    int i = token * active + count;
    while (i > token * active && experts[i - 1] > expert) {
      experts[i] = experts[i - 1];
      weights[i] = weights[i - 1];
      i--;
    }
    experts[i] = expert;
    weights[i] = weight;
  }

  /** Divides the weights of a token. */
  void divide(int token, float divisor) {
    for (int i = token * active; i < (token + 1) * active; i++) {
      weights[i] /= divisor;
    }
  }

  /** Groups the rows by expert, once all tokens are routed. */
  void group(int tokenCount) {
    int pairs = tokenCount * active;
    Arrays.fill(first, 0);
    for (int i = 0; i < pairs; i++) {
      first[experts[i] + 1]++;
    }
    for (int e = 1; e < first.length; e++) {
      first[e] += first[e - 1];
    }
    int[] next = first.clone();
    for (int i = 0; i < pairs; i++) {
      int row = next[experts[i]]++;
      rows[i] = row;
      tokens[row] = i / active;
    }
  }

  /** Returns an expert's first row. */
  int firstRow(int expert) {
    return first[expert];
  }

  /** Returns the number of tokens that pass an expert. */
  int rows(int expert) {
    return first[expert + 1] - first[expert];
  }

  /** Returns the token of a row. */
  int token(int row) {
    return tokens[row];
  }

  /** Returns the row of a token's i-th expert, in ascending order of experts. */
  int row(int token, int i) {
    return rows[token * active + i];
  }

  /** Returns the i-th expert of a token, in ascending order. */
  int expert(int token, int i) {
    return experts[token * active + i];
  }

  /** Returns the weight of a token's i-th expert. */
  float weight(int token, int i) {
    return weights[token * active + i];
  }
}
