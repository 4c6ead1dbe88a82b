package io.github.owlprune.runtime.generation;

import io.github.owlprune.runtime.Answer;
import io.github.owlprune.runtime.EndReason;
import io.github.owlprune.runtime.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Makes one answer: reads the prompt, then chooses and reads one token after another. */
public final class AnswerLoop {
  private final CachedSequence sequence;
  private final int context;
  private final IntPredicate endsTurn;
  private final TextStream.Detokenizer detokenizer;
  private int[] read = {}; // the tokens that the sequence holds

  /**
   * Creates a loop over a sequence.
   *
   * @param sequence an empty sequence; used by this loop alone
   * @param context the longest sequence in tokens
   * @param endTokens the tokens with which the model ends its turn
   * @param detokenizer the model's
   */
  public AnswerLoop(
      CachedSequence sequence,
      int context,
      Set<Integer> endTokens,
      TextStream.Detokenizer detokenizer) {
    this.sequence = sequence;
    this.context = context;
    this.endsTurn = endTokens::contains;
    this.detokenizer = detokenizer;
  }

  /**
   * Answers a prompt. What the prompt shares with the beginning of what was read before is not read
   * again.
   *
   * @param prompt the prompt's token ids
   * @param sampling the settings
   * @param pieces receives the answer's text in pieces of whole characters
   * @return the answer
   * @throws IllegalArgumentException if the prompt is empty or leaves no room in the context
   */
  public Answer answer(int[] prompt, Sampling sampling, Consumer<String> pieces) {
    requireRoom(prompt);
    TokenSampler sampler = new TokenSampler(sampling, prompt);
    AnswerText text = new AnswerText(prompt, sampling, pieces);
    List<Integer> tokens = new ArrayList<>();
    long start = System.nanoTime();
    long decodeStart = start;
    int reused = 0;
    EndReason end;
    try {
      reused = keepCommonPrefix(prompt);
      float[] logits = append(Arrays.copyOfRange(prompt, reused, prompt.length));
      decodeStart = System.nanoTime();
      end = null;
      while (end == null) {
        int token = sampler.next(logits);
        if (ends(token, sampling)) {
          end = EndReason.END_TOKEN;
        } else {
          tokens.add(token);
          text.add(token);
          end = reached(text, tokens.size(), sampling);
        }
        if (end == null) {
          logits = append(new int[] {token});
        }
      }
    } catch (CancellationException e) {
      end = EndReason.INTERRUPTED;
    }
    long stop = System.nanoTime();
    return new Answer(
        text.end(),
        tokens,
        end,
        prompt.length,
        reused,
        Duration.ofNanos(decodeStart - start),
        Duration.ofNanos(stop - decodeStart));
  }

  private boolean ends(int token, Sampling sampling) {
    return (endsTurn.test(token) && !sampling.ignoresEndTokens())
        || sampling.stopTokens().contains(token);
  }

  private void requireRoom(int[] prompt) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt is empty; give at least 1 token");
    }
    if (prompt.length >= context) {
      throw new IllegalArgumentException(
          "the prompt has "
              + prompt.length
              + " tokens, which leaves no room for an answer in the model's context of "
              + context
              + "; shorten it");
    }
  }

  /** Forgets what the prompt does not begin with; at least the prompt's last token is read anew. */
  private int keepCommonPrefix(int[] prompt) {
    int differs = Arrays.mismatch(read, prompt);
    int common = differs < 0 ? prompt.length : differs;
    int kept = Math.min(common, prompt.length - 1);
    sequence.truncate(kept);
    // All is forgotten if the positions of a shorter sequence are computed differently.
    read = Arrays.copyOf(read, sequence.length());
    return read.length;
  }

  private float[] append(int[] ids) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the thread was interrupted");
    }
    float[] logits = sequence.append(ids);
    int length = read.length;
    read = Arrays.copyOf(read, length + ids.length);
    System.arraycopy(ids, 0, read, length, ids.length);
    return logits;
  }

  private @Nullable EndReason reached(AnswerText text, int tokens, Sampling sampling) {
    if (text.stopped()) {
      return EndReason.STOP_STRING;
    }
    if (tokens >= sampling.maxTokens()) {
      return EndReason.MAX_TOKENS;
    }
    // The token just chosen would be read at this position.
    return sequence.length() + 1 >= context ? EndReason.CONTEXT_FULL : null;
  }

  /** The text of an answer, up to a stop string. */
  private final class AnswerText {
    private final TextStream stream;
    private final StopStrings stops;
    private final Consumer<String> pieces;
    private final StringBuilder all = new StringBuilder();

    AnswerText(int[] prompt, Sampling sampling, Consumer<String> pieces) {
      this.stream = new TextStream(detokenizer, prompt);
      this.stops = new StopStrings(sampling.stopStrings());
      this.pieces = pieces;
    }

    void add(int token) {
      show(stops.add(stream.add(token)));
    }

    boolean stopped() {
      return stops.found();
    }

    String end() {
      show(stops.add(stream.end()));
      show(stops.end());
      return all.toString();
    }

    private void show(String piece) {
      if (!piece.isEmpty()) {
        all.append(piece);
        pieces.accept(piece);
      }
    }
  }
}
