package io.github.owlprune.runtime.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.owlprune.runtime.Sampling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final int[] NO_PROMPT = {};

  @Provide
  Arbitrary<Sampling> settings() {
    return Combinators.combine(
            Arbitraries.doubles().between(0.1, 3),
            Arbitraries.integers().between(1, 40),
            Arbitraries.doubles().between(0.01, 1),
            Arbitraries.doubles().between(0, 1),
            Arbitraries.longs())
        .as((t, k, p, m, s) -> Sampling.random(t).topK(k).topP(p).minP(m).seed(s));
  }

  @Provide
  Arbitrary<float[]> logits() {
    // Few values, so that many logits are equal.
    return Arbitraries.integers()
        .between(-20, 20)
        .map(i -> i / 4f)
        .array(float[].class)
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  @Property
  void aDrawIsThatOfASortedList(
      @ForAll("settings") Sampling sampling, @ForAll("logits") float[] logits) {
    TokenSampler sampler = new TokenSampler(sampling, NO_PROMPT);
    SplittableRandom random = new SplittableRandom(sampling.seed());
    for (int step = 0; step < 5; step++) {
      assertEquals(slowDraw(sampling, logits, random), sampler.next(logits.clone()));
    }
  }

  private static int slowDraw(Sampling sampling, float[] logits, SplittableRandom random) {
    List<Integer> ranked =
        new ArrayList<>(
            IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -logits[i]))
                .limit(sampling.topK())
                .toList());
    double[] weights =
        ranked.stream()
            .mapToDouble(
                i ->
                    Math.exp(((double) logits[i] - logits[ranked.get(0)]) / sampling.temperature()))
            .toArray();
    double total = 0;
    if (sampling.topK() >= logits.length) {
      // The sum in the order of the ids, as rounding depends on it.
      for (float logit : logits) {
        total += Math.exp(((double) logit - logits[ranked.get(0)]) / sampling.temperature());
      }
    } else {
      for (double weight : weights) {
        total += weight;
      }
    }
    int kept = 0;
    double higher = 0;
    while (kept < weights.length
        && (kept == 0
            || (weights[kept] >= sampling.minP()
                && (sampling.topP() == 1 || higher < sampling.topP() * total)))) {
      higher += weights[kept++];
    }
    double left = random.nextDouble() * higher;
    for (int i = 0; i < kept - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return ranked.get(i);
      }
    }
    return ranked.get(kept - 1);
  }

  @Property
  void greedyTakesTheFirstOfTheLargest(@ForAll("logits") float[] logits) {
    int best = new TokenSampler(Sampling.greedy(), NO_PROMPT).next(logits.clone());
    for (int id = 0; id < logits.length; id++) {
      assertEquals(true, id < best ? logits[id] < logits[best] : logits[id] <= logits[best]);
    }
  }

  @Test
  void thePenaltyCountsPromptAndAnswer() {
    TokenSampler sampler =
        new TokenSampler(Sampling.greedy().repetitionPenalty(2), new int[] {1, 2});
    // 1 and 2 were in the prompt: 3 / 2 and −1 · 2
    assertEquals(0, sampler.next(new float[] {1.75f, 3, -1}));
    // and 0 is in the answer now: 1.75 / 2
    assertEquals(1, sampler.next(new float[] {1.75f, 3, -1}));
    // all three are: −3 · 2, −2 · 2, −2.5 · 2
    assertEquals(1, sampler.next(new float[] {-3, -2, -2.5f}));
  }

  @Test
  void aTokenWithoutProbabilityIsNeverDrawn() {
    float[] logits = {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY};
    TokenSampler sampler = new TokenSampler(Sampling.random(100), NO_PROMPT);
    for (int i = 0; i < 100; i++) {
      assertEquals(1, sampler.next(logits.clone()));
    }
  }

  @Test
  void aLogitThatIsNoNumberIsNamed() {
    TokenSampler sampler = new TokenSampler(Sampling.greedy(), NO_PROMPT);
    ArithmeticException e =
        assertThrows(ArithmeticException.class, () -> sampler.next(new float[] {0, Float.NaN}));
    assertEquals(
        "the logit of token 1 is NaN; the model's weights or an activation overflow",
        e.getMessage());
  }
}
