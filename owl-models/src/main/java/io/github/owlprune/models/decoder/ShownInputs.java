package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Tap;

/**
 * Passes the inputs of a block's linears to a tap after a sequence has run through the block. An
 * expert's are the tokens that are routed to it; one without tokens is left out.
 *
 * @param tap receives the inputs
 * @param space the buffers that hold them
 * @param tokens T
 */
record ShownInputs(Tap tap, Workspace space, int tokens) {
  void show(BlockRecipe block) {
    show(block.attention().query(), space.attentionInput);
    show(block.attention().output(), space.headOutputs);
    if (block.mlp() instanceof MoeRecipe mixture) {
      for (int e = 0; e < mixture.experts().size(); e++) {
        expert(e, mixture.experts().get(e));
      }
      if (mixture.shared() != null) {
        mlp(block.attention(), mixture.shared().mlp());
      }
    } else {
      mlp(block.attention(), (MlpRecipe) block.mlp());
    }
  }

  private void mlp(AttentionRecipe attention, MlpRecipe mlp) {
    // If the MLP reads the attention's input, it was shown for all linears that read it.
    if (!mlp.up().linear().input().equals(attention.query().linear().input())) {
      show(mlp.up(), space.mlpInput);
    }
    show(mlp.down(), space.mlpActivations(mlp.innerWidth()));
  }

  private void expert(int e, MlpRecipe expert) {
    int first = space.routing.firstRow(e);
    int rows = space.routing.rows(e);
    show(expert.up(), space.expertInputs(), first, rows);
    show(expert.down(), space.expertActivations(expert.innerWidth()), first, rows);
  }

  private void show(LinearRecipe reader, Matrix input) {
    show(reader, input, 0, tokens);
  }

  private void show(LinearRecipe reader, Matrix input, int first, int rows) {
    if (rows > 0) {
      tap.accept(reader.linear().input(), input.rows(first, rows).array());
    }
  }
}
