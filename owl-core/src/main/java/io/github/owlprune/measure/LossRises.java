package io.github.owlprune.measure;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rise of the mean loss on the judging sequences when one unit alone is pruned to S. */
record LossRises() implements Measurement {
  @Override
  public String name() {
    return "LOSS_RISES";
  }

  @Override
  public String title() {
    return "loss rise";
  }

  @Override
  public boolean judgesLoss() {
    return true;
  }

  @Override
  public long pieces(DenseModel dense) {
    return dense.sweepPieces()
        + work(dense.model(), dense.linears(), dense.granularity(), dense.sparsity())
            .pieces(dense.judging().size());
  }

  /** Returns the work of judging every unit. */
  static JudgedLoss.Work work(
      Model model, LinearSelection linears, Granularity granularity, double sparsity) {
    return JudgedLoss.work(model, linears, variants(model, linears, granularity, sparsity));
  }

  /** Returns the dense model, then one variant for each unit, with only that unit pruned. */
  private static List<Map<LinearRef, Double>> variants(
      Model model, LinearSelection linears, Granularity granularity, double sparsity) {
    List<Map<LinearRef, Double>> variants = new ArrayList<>(List.of(Map.of()));
    for (List<LinearRef> unit : units(model, linears, granularity)) {
      Map<LinearRef, Double> pruned = new LinkedHashMap<>();
      unit.forEach(linear -> pruned.put(linear, sparsity));
      variants.add(pruned);
    }
    return variants;
  }

  private static List<List<LinearRef>> units(
      Model model, LinearSelection linears, Granularity granularity) {
    List<List<LinearRef>> units = new ArrayList<>();
    for (Block block : model.blocks()) {
      List<LinearRef> selected = new ArrayList<>();
      for (Linear linear : linears.of(block)) {
        selected.add(LinearRef.of(block, linear));
      }
      if (granularity == Granularity.LINEAR) {
        selected.forEach(linear -> units.add(List.of(linear)));
      } else if (!selected.isEmpty()) {
        units.add(selected);
      }
    }
    return units;
  }

  @Override
  public Measured measure(DenseModel dense) {
    Model model = dense.model();
    Granularity granularity = dense.granularity();
    double[] losses = dense.losses(variants(model, dense.linears(), granularity, dense.sparsity()));
    List<List<LinearRef>> units = units(model, dense.linears(), granularity);
    Map<String, List<Double>> ofBlock = new LinkedHashMap<>();
    Map<LinearRef, Double> linears = new LinkedHashMap<>();
    for (int u = 0; u < units.size(); u++) {
      double rise = losses[u + 1] - losses[0];
      LinearRef first = units.get(u).get(0);
      ofBlock.computeIfAbsent(first.block(), b -> new ArrayList<>()).add(rise);
      if (granularity == Granularity.LINEAR) {
        linears.put(first, rise);
      }
    }
    Map<String, Double> blocks = new LinkedHashMap<>();
    ofBlock.forEach((b, rises) -> blocks.put(b, rises.stream().mapToDouble(r -> r).sum()));
    return new Measured(blocks, linears);
  }
}
