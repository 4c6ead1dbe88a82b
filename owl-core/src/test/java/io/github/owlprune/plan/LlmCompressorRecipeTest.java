package io.github.owlprune.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LlmCompressorRecipeTest {
  private static Allocation allocation() {
    return Owl.allocate(new ToyModel(4, 0)).withAllocator(Allocator.depth()).withLambda(0.2);
  }

  /** Returns the arguments for each target, and checks that no target appears twice. */
  private static Map<String, JsonNode> byTarget(Plan plan, LlmCompressorModifier modifier)
      throws JsonProcessingException {
    JsonNode recipe = new ObjectMapper().readTree(plan.toLlmCompressorRecipe(modifier));
    assertEquals(1, recipe.size());
    Map<String, JsonNode> found = new HashMap<>();
    recipe
        .path("owl_stage")
        .properties()
        .forEach(
            group -> {
              assertTrue(group.getKey().endsWith("_modifiers"), group.getKey());
              assertEquals(1, group.getValue().size());
              JsonNode arguments = group.getValue().path(modifier.type());
              for (JsonNode target : arguments.path("targets")) {
                assertNull(found.put(target.asText(), arguments));
              }
            });
    return found;
  }

  private static void assertSaysTheSame(Plan plan, LlmCompressorModifier modifier)
      throws JsonProcessingException {
    Map<String, JsonNode> found = byTarget(plan, modifier);
    int linears = 0;
    for (Plan.PlannedBlock block : plan.blocks()) {
      for (Plan.PlannedLinear linear : block.linears()) {
        JsonNode arguments = found.get(block.name() + "." + linear.name());
        assertEquals(linear.sparsity().zeros(), arguments.path("sparsity").asDouble());
        String mask =
            linear.sparsity() instanceof Sparsity.NOfM p
                ? p.of() - p.kept() + ":" + p.of() // there N of every M go
                : "0:0";
        assertEquals(mask, arguments.path("mask_structure").asText());
        linears++;
      }
    }
    assertEquals(linears, found.size());
  }

  @Test
  void everyLinearGetsItsSparsityOrPattern() throws JsonProcessingException {
    for (LlmCompressorModifier modifier : LlmCompressorModifier.values()) {
      assertSaysTheSame(allocation().plan(), modifier);
      assertSaysTheSame(allocation().withLinears("*.a").plan(), modifier);
      assertSaysTheSame(allocation().withGranularity(Granularity.LINEAR).plan(), modifier);
      assertSaysTheSame(allocation().withMixedPattern(6).plan(), modifier);
      assertSaysTheSame(Owl.allocate(new ToyModel(2, 0)).withPattern(1, 4).plan(), modifier);
    }
  }

  @Test
  void linearsThatLoseNothingAreLeftOut() throws JsonProcessingException {
    Plan plan = allocation().withSparsity(0.1).plan(); // the lower end of the box is 0
    assertEquals(0, plan.blocks().get(0).zeros());
    long losing = plan.blocks().stream().filter(b -> b.zeros() > 0).count();
    Map<String, JsonNode> found = byTarget(plan, LlmCompressorModifier.WANDA);
    assertEquals(2 * losing, found.size());
    assertFalse(found.containsKey("block.0.a"));
  }

  @Test
  void aColumnBlockOfSparseGptHoldsWholeWindows() throws JsonProcessingException {
    Plan thirds = Owl.allocate(new ToyModel(1, 0)).withPattern(1, 3).plan();
    Plan quarters = Owl.allocate(new ToyModel(1, 0)).withPattern(1, 4).plan();
    String first = "block.0.a";
    JsonNode swept = byTarget(thirds, LlmCompressorModifier.SPARSEGPT).get(first);
    assertEquals(129, swept.path("block_size").asInt());
    assertFalse(byTarget(thirds, LlmCompressorModifier.WANDA).get(first).has("block_size"));
    assertFalse(byTarget(quarters, LlmCompressorModifier.SPARSEGPT).get(first).has("block_size"));
  }
}
