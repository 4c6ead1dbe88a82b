package io.github.owlprune.plan;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.format.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan as a recipe of llm-compressor: one stage with a group for each distinct sparsity, since a
 * group may contain a kind of modifier only once. A modifier also accepts a list of sparsities, but
 * in the order in which PyTorch registered the modules, which a plan does not know.
 */
record LlmCompressorRecipe(Plan plan, LlmCompressorModifier modifier) {
  private static final int BLOCK = 128; // the column block of its SparseGPT

  String write() {
    Map<Sparsity, List<String>> names = new LinkedHashMap<>();
    plan.sparsities()
        .forEach(
            (linear, sparsity) -> {
              if (sparsity.zeros() > 0) {
                names.computeIfAbsent(sparsity, s -> new ArrayList<>()).add(linear.toString());
              }
            });
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
        // Otherwise the last window of a block would be cut off.
        arguments.put("block_size", (BLOCK / pattern.of() + 1) * pattern.of());
      }
    } else {
      arguments.put("mask_structure", "0:0");
    }
    arguments.put("targets", targets);
    return arguments;
  }
}
