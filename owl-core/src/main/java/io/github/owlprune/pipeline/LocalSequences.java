package io.github.owlprune.pipeline;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * Sequences on this machine, one after another, in a store on the heap or in a file. Forks share
 * the store: each copy of the sequences has a slot of its own in it.
 */
final class LocalSequences implements SequencesInFlight {
  private final List<int[]> sequences;
  private final HiddenStates store;
  private final Workers workers;
  private final Deque<Integer> freeSlots;
  private final int slot;
  private int readFrom; // the slot of the original until a fork has passed its first block

  /**
   * Creates sequences whose hidden states are still undefined.
   *
   * @param sequences the token ids
   * @param copies the maximum number of copies at once, this one included
   * @param store room for all copies, closed with this
   */
  LocalSequences(List<int[]> sequences, int copies, HiddenStates store, Workers workers) {
    this(sequences, store, workers, new ArrayDeque<>(), 0, 0);
    for (int copy = 1; copy < copies; copy++) {
      freeSlots.add(copy);
    }
  }

  private LocalSequences(
      List<int[]> sequences,
      HiddenStates store,
      Workers workers,
      Deque<Integer> freeSlots,
      int slot,
      int readFrom) {
    this.sequences = sequences;
    this.store = store;
    this.workers = workers;
    this.freeSlots = freeSlots;
    this.slot = slot;
    this.readFrom = readFrom;
  }

  /** Computes the hidden states that enter the first block. */
  void embed(Model model) {
    for (int i = 0; i < sequences.size(); i++) {
      float[] hidden = store.get(place(slot, i));
      model.embed(sequences.get(i), hidden);
      store.put(place(slot, i), hidden);
    }
  }

  private int place(int ofSlot, int sequence) {
    return ofSlot * sequences.size() + sequence;
  }

  @Override
  public int count() {
    return sequences.size();
  }

  @Override
  public BlockStatistics pass(
      OpenBlock open, Passage passage, StatisticsRequest request, Runnable afterEach) {
    BlockStatistics statistics = new BlockStatistics(request);
    try {
      Tap tap = statistics.tap(workers);
      for (int i = 0; i < sequences.size(); i++) {
        if (passage == Passage.ADVANCE) {
          advance(open, tap, i);
        } else {
          open.observe(store.get(place(readFrom, i)), tap);
        }
        statistics.endSequence();
        afterEach.run();
      }
      statistics.requireRows();
      if (passage == Passage.ADVANCE) {
        readFrom = slot;
      }
      return statistics;
    } catch (RuntimeException | Error e) {
      statistics.close();
      throw e;
    }
  }

  private void advance(OpenBlock open, Tap tap, int sequence) {
    float[] hidden = store.get(place(readFrom, sequence));
    float[] own = readFrom == slot ? hidden : hidden.clone();
    open.forward(own, tap);
    store.put(place(slot, sequence), own);
  }

  @Override
  public SequencesInFlight fork() {
    return new LocalSequences(sequences, store, workers, freeSlots, freeSlots.remove(), readFrom);
  }

  @Override
  public double[] losses(OpenLoss loss, Runnable afterEach) {
    double[] losses = new double[sequences.size()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = loss(loss, i);
      afterEach.run();
    }
    return losses;
  }

  private double loss(OpenLoss loss, int sequence) {
    try {
      return loss.mean(sequences.get(sequence), store.get(place(readFrom, sequence)));
    } catch (ArithmeticException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  @Override
  public OptionalInt keep() {
    return store.keep();
  }

  @Override
  public void restore(int position) {
    store.restore(position);
  }

  /** Frees the slot of a fork, or the whole store. */
  @Override
  public void close() {
    if (slot == 0) {
      store.close();
    } else {
      freeSlots.add(slot);
    }
  }
}
