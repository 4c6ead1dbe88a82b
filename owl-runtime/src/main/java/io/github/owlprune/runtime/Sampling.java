package io.github.owlprune.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * How the tokens of an answer are chosen and when the answer ends. Immutable.
 *
 * <p>The filters apply in the order in which transformers applies them: the repetition penalty, the
 * temperature, then {@code topK}, {@code topP} and {@code minP}. The token is drawn from what
 * remains.
 */
public final class Sampling {
  private static final Sampling GREEDY = new Sampling();

  private double temperature; // 0: the best token
  private int topK = Integer.MAX_VALUE;
  private double topP = 1;
  private double minP;
  private double repetitionPenalty = 1;
  private long seed;
  private int maxTokens = 512;
  private List<String> stopStrings = List.of();
  private List<Integer> stopTokens = List.of();
  private boolean ignoresEndTokens;

  private Sampling() {}

  private Sampling(Sampling other) {
    this.temperature = other.temperature;
    this.topK = other.topK;
    this.topP = other.topP;
    this.minP = other.minP;
    this.repetitionPenalty = other.repetitionPenalty;
    this.seed = other.seed;
    this.maxTokens = other.maxTokens;
    this.stopStrings = other.stopStrings;
    this.stopTokens = other.stopTokens;
    this.ignoresEndTokens = other.ignoresEndTokens;
  }

  /**
   * Chooses the token with the largest logit at every step; of equal ones, the smallest id.
   *
   * @return at most 512 tokens, no stop strings
   */
  public static Sampling greedy() {
    return GREEDY;
  }

  /**
   * Draws every token from the model's distribution.
   *
   * @param temperature the divisor of the logits, above 0: below 1 favours likely tokens, above 1
   *     unlikely ones
   * @return at most 512 tokens, no filters, seed 0, no stop strings
   * @throws IllegalArgumentException if the temperature is not a positive finite number
   */
  public static Sampling random(double temperature) {
    return GREEDY.temperature(temperature);
  }

  /**
   * Draws with another temperature.
   *
   * @param divisor the divisor of the logits, above 0
   * @return new settings
   * @throws IllegalArgumentException if it is not a positive finite number
   */
  public Sampling temperature(double divisor) {
    require(
        divisor > 0 && Double.isFinite(divisor),
        "the temperature " + divisor + " was given; it must be above 0, or use greedy()");
    Sampling changed = new Sampling(this);
    changed.temperature = divisor;
    return changed;
  }

  /**
   * Keeps only the most likely tokens.
   *
   * @param tokens how many, at least 1; all by default
   * @return new settings
   * @throws IllegalArgumentException if it is below 1
   */
  public Sampling topK(int tokens) {
    require(tokens >= 1, "top-k " + tokens + " was given; it must be at least 1");
    Sampling changed = new Sampling(this);
    changed.topK = tokens;
    return changed;
  }

  /**
   * Keeps the smallest set of most likely tokens whose probabilities sum to at least a share (arXiv
   * 1904.09751).
   *
   * @param share above 0, at most 1; 1 by default
   * @return new settings
   * @throws IllegalArgumentException if it is outside this range
   */
  public Sampling topP(double share) {
    require(share > 0 && share <= 1, "top-p " + share + " was given; it must be in (0, 1]");
    Sampling changed = new Sampling(this);
    changed.topP = share;
    return changed;
  }

  /**
   * Keeps the tokens that are at least a fraction as likely as the most likely one (arXiv
   * 2407.01082).
   *
   * @param fraction from 0 to 1; 0 by default
   * @return new settings
   * @throws IllegalArgumentException if it is outside this range
   */
  public Sampling minP(double fraction) {
    require(
        fraction >= 0 && fraction <= 1, "min-p " + fraction + " was given; it must be in [0, 1]");
    Sampling changed = new Sampling(this);
    changed.minP = fraction;
    return changed;
  }

  /**
   * Makes tokens that the prompt or the answer already contains less likely (arXiv 1909.05858,
   * section 4.1): positive logits are divided by the penalty, negative ones multiplied.
   *
   * @param penalty above 0; 1, no penalty, by default
   * @return new settings
   * @throws IllegalArgumentException if it is not a positive finite number
   */
  public Sampling repetitionPenalty(double penalty) {
    require(
        penalty > 0 && Double.isFinite(penalty),
        "the repetition penalty " + penalty + " was given; it must be above 0");
    Sampling changed = new Sampling(this);
    changed.repetitionPenalty = penalty;
    return changed;
  }

  /**
   * Sets the seed of random draws.
   *
   * @param value any value; 0 by default. The same seed gives the same answer
   * @return new settings
   */
  public Sampling seed(long value) {
    Sampling changed = new Sampling(this);
    changed.seed = value;
    return changed;
  }

  /**
   * Sets the length at which an answer ends.
   *
   * @param tokens at least 1; 512 by default
   * @return new settings
   * @throws IllegalArgumentException if it is below 1
   */
  public Sampling maxTokens(int tokens) {
    require(tokens >= 1, "at most " + tokens + " tokens were requested; at least 1 is needed");
    Sampling changed = new Sampling(this);
    changed.maxTokens = tokens;
    return changed;
  }

  /**
   * Ends an answer before any of these texts, which are not part of it. A text may begin or end
   * inside a token.
   *
   * @param texts none empty; replaces earlier ones
   * @return new settings
   * @throws IllegalArgumentException if a text is empty
   */
  public Sampling stopStrings(String... texts) {
    for (String text : texts) {
      require(!text.isEmpty(), "an empty stop string was given; it would end every answer");
    }
    Sampling changed = new Sampling(this);
    changed.stopStrings = List.of(texts);
    return changed;
  }

  /**
   * Ends an answer at any of these tokens, besides those that the model itself ends with.
   *
   * @param ids token ids, at least 0; replaces earlier ones
   * @return new settings
   * @throws IllegalArgumentException if an id is negative
   */
  public Sampling stopTokens(int... ids) {
    List<Integer> tokens = new ArrayList<>();
    for (int id : ids) {
      require(id >= 0, "the stop token " + id + " was given; ids must be at least 0");
      tokens.add(id);
    }
    Sampling changed = new Sampling(this);
    changed.stopTokens = List.copyOf(tokens);
    return changed;
  }

  /**
   * Goes on when the model ends its turn, for measurements.
   *
   * @return new settings
   */
  public Sampling ignoreEndTokens() {
    Sampling changed = new Sampling(this);
    changed.ignoresEndTokens = true;
    return changed;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * Returns whether every token is the most likely one.
   *
   * @return false if tokens are drawn
   */
  public boolean isGreedy() {
    return temperature == 0;
  }

  /**
   * Returns the divisor of the logits.
   *
   * @return above 0, or 0 if tokens are not drawn
   */
  public double temperature() {
    return temperature;
  }

  /**
   * Returns the number of most likely tokens that are kept.
   *
   * @return at least 1
   */
  public int topK() {
    return topK;
  }

  /**
   * Returns the share of probability that is kept.
   *
   * @return above 0, at most 1
   */
  public double topP() {
    return topP;
  }

  /**
   * Returns the smallest kept probability, relative to the largest.
   *
   * @return from 0 to 1
   */
  public double minP() {
    return minP;
  }

  /**
   * Returns the penalty of tokens that were used before.
   *
   * @return above 0; 1 for none
   */
  public double repetitionPenalty() {
    return repetitionPenalty;
  }

  /**
   * Returns the seed of random draws.
   *
   * @return any value
   */
  public long seed() {
    return seed;
  }

  /**
   * Returns the length at which an answer ends.
   *
   * @return tokens, at least 1
   */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * Returns whether an answer goes on when the model ends its turn.
   *
   * @return false unless set
   */
  public boolean ignoresEndTokens() {
    return ignoresEndTokens;
  }

  /**
   * Returns the texts that end an answer.
   *
   * @return none empty
   */
  public List<String> stopStrings() {
    return stopStrings;
  }

  /**
   * Returns the tokens that end an answer, besides the model's own.
   *
   * @return token ids
   */
  public List<Integer> stopTokens() {
    return stopTokens;
  }
}
