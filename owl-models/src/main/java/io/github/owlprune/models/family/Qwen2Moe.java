package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.SharedExpertRecipe;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Mixtures of experts of Qwen 1.5 and 2 (arXiv 2407.10671, section 2.2.2): routed experts and a
 * gated one that every token passes.
 */
final class Qwen2Moe implements Family {
  @Override
  public String modelType() {
    return "qwen2_moe";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    IntFunction<AttentionShape> shapes =
        QwenWindow.alternating(
            s, style.blocks(), style.shape(RopeSettings.whole(s, style.headSize())));
    boolean bias = s.flag("qkv_bias", true);
    IntPredicate sparse = SparseBlocks.read(s);
    int shared = s.width("shared_expert_intermediate_size");
    ExpertSettings experts =
        ExpertSettings.read(
            s, style, 60, 4, s.width("moe_intermediate_size"), s.flag("norm_topk_prob", false));
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style.attention(block, shapes.apply(i), bias, false),
              sparse.test(i)
                  ? experts.mixture(block, shared(style, block, shared))
                  : style.mlp(block, false));
        });
  }

  private static SharedExpertRecipe shared(LlamaStyle style, String block, int inner) {
    String name = "mlp.shared_expert";
    String activated = name + ".activated";
    int width = style.width();
    MlpRecipe mlp =
        new MlpRecipe(
            LinearRecipe.of(block, new Linear(name + ".gate_proj", inner, width, "mlp"), false),
            LinearRecipe.of(block, new Linear(name + ".up_proj", inner, width, "mlp"), false),
            LinearRecipe.of(block, new Linear(name + ".down_proj", width, inner, activated), false),
            style.activation());
    return new SharedExpertRecipe(mlp, block + ".mlp.shared_expert_gate.weight");
  }
}
