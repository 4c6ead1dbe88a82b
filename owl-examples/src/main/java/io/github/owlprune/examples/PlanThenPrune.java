package io.github.owlprune.examples;

import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An example in which a plan is created once, stored as JSON and applied later. */
public final class PlanThenPrune {
  private PlanThenPrune() {}

  /**
   * Creates a plan, saves and loads it, prunes with it and saves the model.
   *
   * @param args the model folder, a calibration text, the plan file and the output folder
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
      Report report = Owl.follow(model, calib, plan).prune(wanda());
      System.out.println(report);
      model.save(Path.of(args[3]));
    }
  }
}
