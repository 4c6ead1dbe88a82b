package io.github.owlprune.measure;

import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.pipeline.Passage;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.pipeline.SequencesInFlight;
import io.github.owlprune.pipeline.Visit;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The mean loss of many differently pruned variants of a model on the same few sequences. The
 * linears of a variant lose the lowest of the dense model's scores, {@code |W_ij| · ‖x_j‖₂}, in
 * every row.
 *
 * <p>All variants go through the model together. A block is opened once; variants that agree in all
 * sparsities so far are one, and their states go through the block once. So variants that differ in
 * one block alone cost half a forward pass each on average.
 */
public final class JudgedLoss {
  private static final int PIECES = Passage.ADVANCE.pieces(); // of a forward pass, and of a loss

  private final Run run;
  private final LossModel model;
  private final LinearSelection linears;
  private final DenseSweep dense;
  private final List<int[]> judging;

  /**
   * Prepares to judge variants of the model.
   *
   * @param dense the sweep over the dense model, for the column norms
   * @param judging the sequences to judge on
   */
  public JudgedLoss(DenseSweep dense, List<int[]> judging) {
    this.run = dense.run();
    this.model = run.lossModel();
    this.linears = dense.linears();
    this.dense = dense;
    this.judging = judging;
  }

  /** Variants whose states are still the same; null where only their number counts. */
  private record Group(@Nullable SequencesInFlight states, List<Integer> variants) {}

  /** Variants that leave a block alike: they entered it alike and are pruned alike there. */
  private record Branch(Group from, List<Double> sparsities, List<Integer> variants) {}

  /**
   * The work of judging variants.
   *
   * @param forwards passes of all judging sequences through one block
   * @param losses losses of all judging sequences
   * @param opens times that a block is opened
   */
  public record Work(long forwards, long losses, long opens) {
    /**
     * Returns the progress that judging reports.
     *
     * @param sequences the number of judging sequences
     * @return pieces of work
     */
    public long pieces(int sequences) {
      return PIECES * (forwards + losses) * sequences;
    }
  }

  static Work work(Model model, LinearSelection linears, List<Map<LinearRef, Double>> variants) {
    List<Group> groups = List.of(new Group(null, everyone(variants)));
    long forwards = 0;
    long opens = 0;
    for (Block block : model.blocks()) {
      List<Branch> branches = branches(groups, variants, block, linears.of(block));
      forwards += branches.size();
      opens++;
      for (int b = 1; b < branches.size(); b++) {
        opens += deepens(branches.get(b - 1).sparsities(), branches.get(b).sparsities()) ? 0 : 1;
      }
      groups = branches.stream().map(b -> new Group(null, b.variants())).toList();
    }
    return new Work(forwards, groups.size(), opens);
  }

  /**
   * Judges variants.
   *
   * @param variants for each variant the sparsities of its linears, in [0, 1); a linear that is
   *     missing stays dense
   * @return for each variant its mean loss over the judging sequences; infinite if its states hold
   *     NaN or infinity
   */
  public double[] of(List<Map<LinearRef, Double>> variants) {
    Map<LinearRef, float[]> norms = dense.norms();
    try (SequencesInFlight states = run.embed(judging, variants.size())) {
      List<Group> groups = new ArrayList<>(List.of(new Group(states, everyone(variants))));
      run.sweep()
          .accept(
              visit -> {
                List<Linear> selected = linears.of(visit.block());
                List<Branch> branches = branches(groups, variants, visit.block(), selected);
                List<Group> left = through(visit, selected, norms, branches);
                groups.clear();
                groups.addAll(left);
              });
      return losses(groups, variants.size());
    }
  }

  private static List<Integer> everyone(List<Map<LinearRef, Double>> variants) {
    return IntStream.range(0, variants.size()).boxed().toList();
  }

  /**
   * Splits the groups at a block. The lowest sparsity comes first, so that the open block can
   * mostly be pruned further and is rarely reopened.
   */
  private static List<Branch> branches(
      List<Group> groups,
      List<Map<LinearRef, Double>> variants,
      Block block,
      List<Linear> selected) {
    List<Branch> branches = new ArrayList<>();
    for (Group group : groups) {
      Map<List<Double>, List<Integer>> bySparsity = new LinkedHashMap<>();
      for (int v : group.variants()) {
        Map<LinearRef, Double> variant = variants.get(v);
        List<Double> own =
            selected.stream()
                .map(linear -> variant.getOrDefault(LinearRef.of(block, linear), 0.0))
                .toList();
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

  private List<Group> through(
      Visit visit, List<Linear> selected, Map<LinearRef, float[]> norms, List<Branch> branches) {
    Map<SequencesInFlight, Integer> waiting = new LinkedHashMap<>();
    branches.forEach(b -> waiting.merge(states(b.from()), 1, Integer::sum));
    List<Group> left = new ArrayList<>();
    List<Double> dense = selected.stream().map(l -> 0.0).toList();
    List<Double> now = dense;
    for (Branch branch : branches) {
      if (!deepens(now, branch.sparsities())) {
        visit.reopen();
        now = dense;
      }
      prune(visit, selected, norms, now, branch.sparsities());
      now = branch.sparsities();
      SequencesInFlight from = states(branch.from());
      boolean lastOfGroup = waiting.merge(from, -1, Integer::sum) == 0;
      SequencesInFlight own = lastOfGroup ? from : from.fork();
      advance(visit, own);
      left.add(new Group(own, branch.variants()));
    }
    return left;
  }

  private static SequencesInFlight states(Group group) {
    return Objects.requireNonNull(group.states());
  }

  /** Returns whether a block pruned to the first can be pruned to the second without reloading. */
  private static boolean deepens(List<Double> now, List<Double> next) {
    for (int l = 0; l < now.size(); l++) {
      if (next.get(l) < now.get(l)) {
        return false;
      }
    }
    return true;
  }

  private void prune(
      Visit visit,
      List<Linear> selected,
      Map<LinearRef, float[]> norms,
      List<Double> now,
      List<Double> next) {
    Workers workers = run.workers();
    for (int l = 0; l < selected.size(); l++) {
      if (next.get(l) > now.get(l)) {
        Linear linear = selected.get(l);
        LinearRef ref = LinearRef.of(visit.block(), linear);
        float[] own = Objects.requireNonNull(norms.get(ref));
        Sparsity sparsity = new Sparsity.Unstructured(next.get(l));
        Matrix weight = Matrix.of(visit.open().weight(linear));
        run.timed(
            "judge: prune",
            () ->
                ref.attributeErrors(
                    () -> {
                      RowPruning.prune(weight, sparsity, RowPruning.ranking(own), workers);
                      return weight;
                    }));
      }
    }
  }

  private void advance(Visit visit, SequencesInFlight states) {
    run.pass(
            "judge: forward",
            "judging " + visit.block().name(),
            PIECES,
            states,
            visit.open(),
            Passage.ADVANCE,
            StatisticsRequest.NONE)
        .close();
  }

  private double[] losses(List<Group> groups, int variants) {
    double[] losses = new double[variants];
    try (OpenLoss loss = run.timed("load", () -> model.openLoss(run.workers()))) {
      for (Group group : groups) {
        double[] each =
            run.timed(
                "judge: loss",
                () -> states(group).losses(loss, () -> run.advance("judging losses", PIECES)));
        double sum = 0;
        for (double l : each) {
          sum += l;
        }
        double mean = sum / each.length;
        group.variants().forEach(v -> losses[v] = mean);
      }
    }
    return losses;
  }
}
