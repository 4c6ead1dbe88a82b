package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import java.util.List;

/** A decoder block by name and shapes, without weights. */
final class DecoderBlock implements Block {
  private final Decoder decoder;
  private final BlockRecipe recipe;
  private final List<Linear> linears;

  DecoderBlock(Decoder decoder, BlockRecipe recipe) {
    this.decoder = decoder;
    this.recipe = recipe;
    this.linears = recipe.linears().stream().map(LinearRecipe::linear).toList();
  }

  @Override
  public String name() {
    return recipe.name();
  }

  @Override
  public List<Linear> linears() {
    return linears;
  }

  @Override
  public OpenBlock open(Workers workers) {
    return decoder.open(recipe, workers);
  }
}
