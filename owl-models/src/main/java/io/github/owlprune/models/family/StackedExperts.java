package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.MoeRecipe;
import io.github.owlprune.models.decoder.OutputSlice;
import io.github.owlprune.models.decoder.RouterRecipe;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Supports the stacked layout that transformers 5 uses in memory, and saves with {@code
 * save_original_format=False}: all experts of a block in two tensors, {@code
 * mlp.experts.gate_up_proj [E, 2 I, W]} and {@code mlp.experts.down_proj [E, W, I]}. The linears
 * keep their names, so a plan fits either layout.
 */
final class StackedExperts {
  private StackedExperts() {}

  /** Returns a recipe whose blocks read stacked experts wherever the checkpoint has them. */
  static DecoderRecipe read(DecoderRecipe recipe, Predicate<String> hasTensors) {
    return new DecoderRecipe(
        recipe.vocabulary(),
        recipe.width(),
        recipe.context(),
        recipe.embedding(),
        recipe.blocks(),
        i -> read(recipe.block().apply(i), hasTensors),
        recipe.head());
  }

  private static BlockRecipe read(BlockRecipe block, Predicate<String> hasTensors) {
    String module = block.name() + ".mlp";
    return block.mlp() instanceof MoeRecipe m && hasTensors.test(gateAndUp(module))
        ? new BlockRecipe(
            block.name(),
            block.attention(),
            block.attentionResidual(),
            stacked(module, m),
            block.mlpResidual(),
            block.parallel())
        : block;
  }

  private static MoeRecipe stacked(String module, MoeRecipe m) {
    RouterRecipe router = m.router();
    int experts = m.experts().size();
    return new MoeRecipe(
        new RouterRecipe(module + ".gate.weight", router.active(), router.normalized()),
        IntStream.range(0, experts)
            .mapToObj(e -> stacked(module, m.experts().get(e), e, experts))
            .toList(),
        m.shared());
  }

  private static MlpRecipe stacked(String module, MlpRecipe expert, int e, int experts) {
    Linear gate = Objects.requireNonNull(expert.gate()).linear();
    Linear up = expert.up().linear();
    Linear down = expert.down().linear();
    int both = gate.outputs() + up.outputs();
    return new MlpRecipe(
        LinearRecipe.stacked(
            gateAndUp(module), e, experts, OutputSlice.range(both, 0, gate.outputs()), gate),
        LinearRecipe.stacked(
            gateAndUp(module),
            e,
            experts,
            OutputSlice.range(both, gate.outputs(), up.outputs()),
            up),
        LinearRecipe.stacked(
            module + ".experts.down_proj",
            e,
            experts,
            OutputSlice.range(down.outputs(), 0, down.outputs()),
            down),
        expert.activation());
  }

  private static String gateAndUp(String module) {
    return module + ".experts.gate_up_proj";
  }
}
