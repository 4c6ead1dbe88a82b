package io.github.owlprune.runtime.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.runtime.Answer;
import io.github.owlprune.runtime.EndReason;
import io.github.owlprune.runtime.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerLoopTest {
  private static final int CONTEXT = 64;
  private static final int END = 0;

  /** A model that counts: after the token i comes i + 1, and after 'z' the end. */
  private static final class Counting implements CachedSequence {
    final List<Integer> read = new ArrayList<>();
    final List<Integer> appended = new ArrayList<>();

    @Override
    public int length() {
      return read.size();
    }

    @Override
    public float[] append(int[] ids) {
      for (int id : ids) {
        read.add(id);
        appended.add(id);
      }
      assertTrue(read.size() <= CONTEXT, "beyond the context");
      float[] logits = new float[128];
      int last = ids[ids.length - 1];
      logits[last == 'z' ? END : last + 1] = 1;
      return logits;
    }

    @Override
    public void truncate(int length) {
      read.subList(length, read.size()).clear();
    }
  }

  private final Counting model = new Counting();
  private final AnswerLoop loop =
      new AnswerLoop(model, CONTEXT, Set.of(END), AnswerLoopTest::characters);
  private final StringBuilder pieces = new StringBuilder();

  private static String characters(int[] ids) {
    StringBuilder text = new StringBuilder();
    Arrays.stream(ids).forEach(id -> text.append((char) id));
    return text.toString();
  }

  private Answer answer(String prompt, Sampling sampling) {
    pieces.setLength(0);
    Answer answer = loop.answer(prompt.chars().toArray(), sampling, pieces::append);
    assertEquals(answer.text(), pieces.toString());
    return answer;
  }

  @Test
  void anAnswerEndsAtTheModelsToken() {
    Answer answer = answer("abw", Sampling.greedy());
    assertEquals("xyz", answer.text());
    assertEquals(List.of((int) 'x', (int) 'y', (int) 'z'), answer.tokens());
    assertEquals(EndReason.END_TOKEN, answer.end());
    assertEquals(3, answer.promptTokens());
  }

  @Test
  void anAnswerEndsAtTheCallersToken() {
    Answer answer = answer("a", Sampling.greedy().stopTokens('d'));
    assertEquals("bc", answer.text());
    assertEquals(EndReason.END_TOKEN, answer.end());
  }

  @Test
  void theModelsTokenCanBeIgnored() {
    Answer answer = answer("abw", Sampling.greedy().maxTokens(5).ignoreEndTokens());
    assertEquals("xyz\0\u0001", answer.text());
    assertEquals(EndReason.MAX_TOKENS, answer.end());
  }

  @Test
  void anAnswerEndsBeforeAStopString() {
    Answer answer = answer("a", Sampling.greedy().stopStrings("zz", "ef"));
    assertEquals("bcd", answer.text());
    assertEquals(EndReason.STOP_STRING, answer.end());
  }

  @Test
  void anAnswerEndsAtItsLongestAndReadsNoMore() {
    Answer answer = answer("a", Sampling.greedy().maxTokens(3).stopStrings("de"));
    assertEquals("bcd", answer.text());
    assertEquals(EndReason.MAX_TOKENS, answer.end());
    assertEquals(3, model.read.size());
  }

  @Test
  void anAnswerEndsWhereTheContextEnds() {
    String prompt = "a".repeat(CONTEXT - 2);
    Answer answer = answer(prompt, Sampling.greedy());
    assertEquals("bc", answer.text());
    assertEquals(EndReason.CONTEXT_FULL, answer.end());
    Answer last = answer(prompt + "a", Sampling.greedy());
    assertEquals("b", last.text());
    assertEquals(EndReason.CONTEXT_FULL, last.end());
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> answer("a".repeat(CONTEXT), Sampling.greedy()));
    assertEquals(
        "the prompt has 64 tokens, which leaves no room for an answer in the model's context of 64;"
            + " shorten it",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> answer("", Sampling.greedy()));
    assertEquals(List.of(), model.appended);
  }

  @Test
  void whatWasReadIsNotReadAgain() {
    answer("abw", Sampling.greedy());
    model.appended.clear();
    Answer next = answer("abwxyzq", Sampling.greedy().maxTokens(1));
    assertEquals("r", next.text());
    assertEquals(6, next.reusedTokens());
    assertEquals(List.of((int) 'q'), model.appended);
    model.appended.clear();
    // Another beginning: only what is shared is kept. The same prompt: its last token is read.
    assertEquals(2, answer("abc", Sampling.greedy().maxTokens(1)).reusedTokens());
    assertEquals(2, answer("abc", Sampling.greedy().maxTokens(1)).reusedTokens());
    assertEquals("d", pieces.toString());
    assertEquals(List.of((int) 'c', (int) 'c'), model.appended);
  }

  @Test
  void anInterruptKeepsWhatIsThere() {
    Answer answer =
        loop.answer(
            new int[] {'a'},
            Sampling.greedy(),
            piece -> {
              pieces.append(piece);
              if (piece.equals("e")) {
                Thread.currentThread().interrupt();
              }
            });
    assertTrue(Thread.interrupted(), "the thread stays interrupted");
    assertEquals("bcde", answer.text());
    assertEquals(EndReason.INTERRUPTED, answer.end());
    // The session goes on.
    assertEquals("f", answer("abcde", Sampling.greedy().maxTokens(1)).text());
    assertEquals(
        IntStream.rangeClosed('a', 'e').boxed().toList(), model.read, "the answer was kept");
  }
}
