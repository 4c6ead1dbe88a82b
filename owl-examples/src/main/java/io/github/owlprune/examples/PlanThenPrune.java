package io.github.owlprune.examples;

import io.github.owlprune.Calibration;
import io.github.owlprune.Owl;
import io.github.owlprune.Plan;
import io.github.owlprune.Report;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.wanda.Wanda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A plan is a value: made once, kept as JSON, applied later. */
public final class PlanThenPrune {
  private PlanThenPrune() {}

  /**
   * Plans, saves the plan, loads it, prunes by it, saves the model.
   *
   * @param args the model's folder, a calibration text, the plan's file, the folder to make
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path text = Path.of(args[1]);
    Path planFile = Path.of(args[2]);
    try (CausalLm model = CausalLm.open(folder)) {
      Calibration calib = Calibration.text(model.tokenizer(), text).sequences(16).length(128);
      Plan plan = Owl.allocate(model, calib).withSparsity(0.6).withLambda(0.08).plan();
      Files.writeString(planFile, plan.toJson());
      System.out.println(plan);
    }
    try (CausalLm model = CausalLm.open(folder)) {
      Calibration calib = Calibration.text(model.tokenizer(), text).sequences(16).length(128);
      Plan plan = Plan.fromJson(Files.readString(planFile));
      Report report = Owl.apply(model, calib, plan).prune(new Wanda());
      System.out.println(report);
      model.save(Path.of(args[3]));
    }
  }
}
