package io.github.owlprune.models;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import io.github.owlprune.models.decoder.Decoder;
import io.github.owlprune.models.decoder.Head;
import io.github.owlprune.pipeline.Progress;
import io.github.owlprune.pipeline.StageTimes;
import io.github.owlprune.pipeline.Sweep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs sequences through all blocks of a decoder to measure perplexity, losses and logits. */
final class Evaluator {
  /** The size of the hidden states that pass through the blocks together. */
  private static final long BATCH_BYTES = 128L << 20;

  private final Decoder decoder;

  Evaluator(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Measures perplexity. A batch of windows passes through all blocks together, so that each block
   * is read once per batch.
   *
   * @param windows at least one window of at least 2 token ids
   * @param threads at least 1
   * @param progress receives steps: one per window and block, plus one per window for the head
   * @return the perplexity over all windows
   */
  Perplexity perplexity(List<int[]> windows, int threads, Progress progress) {
    Perplexity.Sum sum = new Perplexity.Sum();
    long total = (long) windows.size() * (decoder.blocks().size() + 1);
    try (Workers workers = Workers.open(threads);
        Head head = decoder.head(workers)) {
      int from = 0;
      while (from < windows.size()) {
        List<int[]> batch = windows.subList(from, batchEnd(windows, from));
        Steps steps = new Steps(progress, (long) from * (decoder.blocks().size() + 1), total);
        List<float[]> hidden = embed(batch);
        forward(hidden, workers, () -> steps.add(batch.size()));
        for (double[] losses : head.losses(hidden, batch)) {
          sum.add(losses);
        }
        steps.add(batch.size());
        from += batch.size();
      }
      return sum.result();
    }
  }

  /** Reports progress. */
  private static final class Steps {
    private final Progress progress;
    private final long total;
    private long done;

    Steps(Progress progress, long done, long total) {
      this.progress = progress;
      this.done = done;
      this.total = total;
    }

    void add(int steps) {
      done += steps;
      progress.update("evaluating", done, total);
    }
  }

  /**
   * Computes the logits of one sequence.
   *
   * @param sequence token ids
   * @return {@code [tokens][vocabulary]}
   */
  float[][] logits(int[] sequence) {
    try (Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
        Head head = decoder.head(workers)) {
      List<float[]> hidden = embed(List.of(sequence));
      forward(hidden, workers, () -> {});
      return head.logits(hidden.get(0));
    }
  }

  /** Opens the head as a loss over final hidden states. */
  OpenLoss openLoss(Workers workers) {
    return new HeadLoss(decoder.head(workers));
  }

  /** The mean loss per predicted token. */
  private record HeadLoss(Head head) implements OpenLoss {
    @Override
    public double mean(int[] sequence, float[] hidden) {
      double[] losses = head.losses(List.of(hidden), List.of(sequence))[0];
      return Arrays.stream(losses).sum() / losses.length;
    }

    @Override
    public void close() {
      head.close();
    }
  }

  private List<float[]> embed(List<int[]> sequences) {
    List<float[]> hidden = new ArrayList<>();
    for (int[] sequence : sequences) {
      float[] states = new float[Math.multiplyExact(sequence.length, decoder.recipe().width())];
      decoder.embed(sequence, states);
      hidden.add(states);
    }
    return hidden;
  }

  /** Sends sequences through all blocks, and reports after each block. */
  private void forward(List<float[]> hidden, Workers workers, Runnable afterEach) {
    new Sweep(decoder.blocks(), workers, new StageTimes())
        .accept(
            visit -> {
              for (float[] states : hidden) {
                visit.open().forward(states, Tap.NONE);
              }
              afterEach.run();
            });
  }

  private int batchEnd(List<int[]> windows, int from) {
    long bytes = 0;
    int end = from;
    while (end < windows.size()) {
      bytes += (long) windows.get(end).length * decoder.recipe().width() * Float.BYTES;
      if (bytes > BATCH_BYTES && end > from) {
        break;
      }
      end++;
    }
    return end;
  }
}
