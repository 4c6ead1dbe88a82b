package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mean loss of many differently pruned variants of a model on the same few sequences. A
 * variant's linears lose the lowest of the dense model's scores, {@code |W_ij| · ‖x_j‖₂}, in every
 * row.
 *
 * <p>All variants travel through the model together. A block is opened once; where variants agree
 * in all sparsities so far they are one, and their states pass through it once. So variants that
 * differ in one block alone cost half a forward pass each on average.
 */
final class JudgedLoss {
  private static final int PIECES = 4; // of a forward, as in the other passes, and of a loss

  private final Run run;
  private final LossModel model;
  private final LinearChoice linears;
  private final List<List<float[]>> norms;
  private final List<int[]> judging;

  /**
   * Prepares to judge.
   *
   * @param norms the column norms of each chosen linear's input, for each block of the model
   * @param judging the sequences to judge on
   */
  JudgedLoss(Run run, LinearChoice linears, List<List<float[]>> norms, List<int[]> judging) {
    this.run = run;
    this.model = run.lossModel();
    this.linears = linears;
    this.norms = norms;
    this.judging = judging;
  }

  /** Variants whose states are still the same, and where those lie. */
  private record Alike(int slot, List<Integer> variants) {}

  /** Variants that leave a block alike: they entered it so and lose the same there. */
  private record Branch(Alike from, List<Double> sparsities, List<Integer> variants) {}

  /**
   * What judging takes.
   *
   * @param forwards of all judging sequences through one block
   * @param losses of all judging sequences
   * @param opens how often a block is opened
   */
  record Work(long forwards, long losses, long opens) {
    long pieces(int judging) {
      return PIECES * (forwards + losses) * judging;
    }
  }

  static Work work(LossModel model, LinearChoice linears, List<double[]> variants) {
    List<Alike> alike = List.of(new Alike(0, everyone(variants)));
    long forwards = 0;
    long opens = 0;
    int at = 0;
    for (Block block : model.blocks()) {
      int count = linears.of(block).size();
      List<Branch> branches = branches(alike, variants, at, count);
      forwards += branches.size();
      opens++;
      for (int b = 1; b < branches.size(); b++) {
        opens += deepens(branches.get(b - 1).sparsities(), branches.get(b).sparsities()) ? 0 : 1;
      }
      alike = branches.stream().map(b -> new Alike(0, b.variants())).toList();
      at += count;
    }
    return new Work(forwards, alike.size(), opens);
  }

  /**
   * Judges variants.
   *
   * @param variants for each a sparsity in [0, 1) of every chosen linear, in the model's order
   * @return for each its mean loss over the judging sequences; infinite if its states left the
   *     numbers
   */
  double[] of(List<double[]> variants) {
    List<int[]> room = new ArrayList<>();
    variants.forEach(v -> room.addAll(judging));
    try (HiddenStates states = run.reserve(room)) {
      Deque<Integer> free = new ArrayDeque<>();
      for (int slot = 1; slot < variants.size(); slot++) {
        free.add(slot);
      }
      embed(states);
      List<Alike> alike = List.of(new Alike(0, everyone(variants)));
      int at = 0;
      List<? extends Block> blocks = model.blocks();
      for (int b = 0; b < blocks.size(); b++) {
        Block block = blocks.get(b);
        List<Linear> chosen = linears.of(block);
        List<Branch> branches = branches(alike, variants, at, chosen.size());
        alike = through(block, chosen, norms.get(b), branches, states, free);
        at += chosen.size();
      }
      return losses(alike, states, variants.size());
    }
  }

  private static List<Integer> everyone(List<double[]> variants) {
    List<Integer> all = new ArrayList<>();
    for (int v = 0; v < variants.size(); v++) {
      all.add(v);
    }
    return all;
  }

  private void embed(HiddenStates states) {
    for (int j = 0; j < judging.size(); j++) {
      float[] hidden = states.get(j);
      model.embed(judging.get(j), hidden);
      states.put(j, hidden);
    }
  }

  /** Lowest sparsities first, so that a block can mostly be pruned further instead of reopened. */
  private static List<Branch> branches(
      List<Alike> alike, List<double[]> variants, int at, int count) {
    List<Branch> branches = new ArrayList<>();
    for (Alike group : alike) {
      Map<List<Double>, List<Integer>> bySparsity = new LinkedHashMap<>();
      for (int v : group.variants()) {
        List<Double> own = Arrays.stream(variants.get(v), at, at + count).boxed().toList();
        bySparsity.computeIfAbsent(own, s -> new ArrayList<>()).add(v);
      }
      bySparsity.forEach((s, members) -> branches.add(new Branch(group, s, members)));
    }
    branches.sort((a, b) -> compare(a.sparsities(), b.sparsities()));
    return branches;
  }

  private static int compare(List<Double> a, List<Double> b) {
    for (int l = 0; l < a.size(); l++) {
      int order = Double.compare(a.get(l), b.get(l));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private List<Alike> through(
      Block block,
      List<Linear> chosen,
      List<float[]> blockNorms,
      List<Branch> branches,
      HiddenStates states,
      Deque<Integer> free) {
    Map<Alike, Integer> waiting = new LinkedHashMap<>();
    branches.forEach(b -> waiting.merge(b.from(), 1, Integer::sum));
    List<Alike> left = new ArrayList<>();
    OpenBlock open = null;
    try {
      List<Double> now = List.of();
      for (Branch branch : branches) {
        if (open == null || !deepens(now, branch.sparsities())) {
          if (open != null) {
            open.close();
          }
          open = run.timed("load", () -> block.open(run.workers()));
          now = chosen.stream().map(l -> 0.0).toList();
        }
        prune(block, open, chosen, blockNorms, now, branch.sparsities());
        now = branch.sparsities();
        boolean lastOfSource = waiting.merge(branch.from(), -1, Integer::sum) == 0;
        int slot = lastOfSource ? branch.from().slot() : free.remove();
        forward(block, open, states, branch.from().slot(), slot);
        left.add(new Alike(slot, branch.variants()));
      }
    } finally {
      if (open != null) {
        open.close();
      }
    }
    // A slot is free again once every variant that lay there has left it for one of its own.
    return left;
  }

  /** Whether a block pruned so can be pruned so without being dense again. */
  private static boolean deepens(List<Double> now, List<Double> next) {
    for (int l = 0; l < now.size(); l++) {
      if (next.get(l) < now.get(l)) {
        return false;
      }
    }
    return true;
  }

  private void prune(
      Block block,
      OpenBlock open,
      List<Linear> chosen,
      List<float[]> blockNorms,
      List<Double> now,
      List<Double> next) {
    for (int l = 0; l < chosen.size(); l++) {
      if (next.get(l) > now.get(l)) {
        Linear linear = chosen.get(l);
        RowPruning.RowScore score = RowPruning.byNorms(blockNorms.get(l));
        Sparsity sparsity = new Sparsity.Unstructured(next.get(l));
        run.timed(
            "judge: prune",
            () ->
                Named.naming(
                    block,
                    linear,
                    () -> {
                      Matrix weight = Matrix.of(open.weight(linear));
                      RowPruning.prune(weight, sparsity, score, run.workers());
                      return weight;
                    }));
      }
    }
  }

  private void forward(Block block, OpenBlock open, HiddenStates states, int from, int to) {
    for (int j = 0; j < judging.size(); j++) {
      int sequence = j;
      run.timed(
          "judge: forward",
          () -> {
            float[] hidden = states.get(from * judging.size() + sequence);
            float[] own = from == to ? hidden : hidden.clone();
            open.forward(own, Tap.NONE);
            states.put(to * judging.size() + sequence, own);
          });
      run.advance("judging " + block.name(), PIECES);
    }
  }

  private double[] losses(List<Alike> alike, HiddenStates states, int variants) {
    double[] losses = new double[variants];
    try (OpenLoss loss = run.timed("load", () -> model.openLoss(run.workers()))) {
      for (Alike group : alike) {
        double mean = mean(loss, states, group.slot());
        group.variants().forEach(v -> losses[v] = mean);
      }
    }
    return losses;
  }

  private double mean(OpenLoss loss, HiddenStates states, int slot) {
    double sum = 0;
    for (int j = 0; j < judging.size(); j++) {
      int sequence = j;
      float[] hidden = states.get(slot * judging.size() + j);
      sum += run.timed("judge: loss", () -> loss(loss, judging.get(sequence), hidden));
      run.advance("judging losses", PIECES);
    }
    return sum / judging.size();
  }

  /** A variant that overflows is as bad as can be, but no reason to stop judging others. */
  private static double loss(OpenLoss loss, int[] sequence, float[] hidden) {
    try {
      return loss.mean(sequence, hidden);
    } catch (ArithmeticException e) {
      return Double.POSITIVE_INFINITY;
    }
  }
}
