package io.github.owlprune;

import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan as a recipe of llm-compressor: one stage, and in it a group with one modifier for each
 * distinct sparsity, since a group holds a kind of modifier once. A modifier may also take a list
 * of sparsities, but in the order in which PyTorch registered its modules, which a plan does not
 * know.
 */
record LlmCompressorRecipe(Plan plan, LlmCompressorModifier modifier) {
  private static final int BLOCK = 128; // columns that its SparseGPT sweeps at a time

  String write() {
    Map<Sparsity, List<String>> names = new LinkedHashMap<>();
    for (Plan.PlannedBlock block : plan.blocks()) {
      for (Plan.PlannedLinear linear : block.linears()) {
        if (linear.sparsity().zeros() > 0) {
          names
              .computeIfAbsent(linear.sparsity(), s -> new ArrayList<>())
              .add(block.name() + "." + linear.name());
        }
      }
    }
    Map<String, Object> stage = new LinkedHashMap<>();
    names.forEach(
        (sparsity, targets) ->
            stage.put(
                "owl_" + stage.size() + "_modifiers",
                Map.of(modifier.type(), arguments(sparsity, targets))));
    return Json.write(Map.of("owl_stage", stage));
  }

  private Map<String, Object> arguments(Sparsity sparsity, List<String> targets) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("sparsity", sparsity.zeros());
    if (sparsity instanceof Sparsity.NOfM pattern) {
      arguments.put("mask_structure", pattern.of() - pattern.kept() + ":" + pattern.of());
      if (modifier == LlmCompressorModifier.SPARSEGPT && BLOCK % pattern.of() != 0) {
        // Or the last window of a block would be cut off.
        arguments.put("block_size", (BLOCK / pattern.of() + 1) * pattern.of());
      }
    } else {
      arguments.put("mask_structure", "0:0");
    }
    arguments.put("targets", targets);
    return arguments;
  }
}
