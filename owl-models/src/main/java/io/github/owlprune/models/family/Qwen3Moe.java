package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.function.IntPredicate;

/**
 * Mixtures of experts of Qwen 3 (arXiv 2505.09388): Qwen 3's attention, with experts in all blocks
 * or some.
 */
final class Qwen3Moe implements Family {
  @Override
  public String modelType() {
    return "qwen3_moe";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix);
    AttentionShape shape = windowed(s, style.shape(RopeSettings.whole(s, style.headSize())));
    boolean bias = s.flag("attention_bias", false);
    IntPredicate sparse = SparseBlocks.read(s);
    ExpertSettings experts =
        ExpertSettings.read(
            s, style, 128, 8, s.width("moe_intermediate_size"), s.flag("norm_topk_prob", false));
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block,
              style
                  .attention(block, shape, bias, bias)
                  .withNorms(
                      style.norm(block + ".self_attn.q_norm"),
                      style.norm(block + ".self_attn.k_norm")),
              sparse.test(i) ? experts.mixture(block, null) : style.mlp(block, false));
        });
  }

  /** Returns the shape of all blocks, which slide together or not at all. */
  private static AttentionShape windowed(Settings s, AttentionShape shape)
      throws CheckpointException {
    s.harmless("max_window_layers"); // transformers reads it only for models without experts
    boolean used = s.flag("use_sliding_window", false) && !s.isNull("sliding_window");
    int window = used ? s.count("sliding_window", 4096) : s.countFromZero("sliding_window", 4096);
    return used ? shape.withWindow(window) : shape;
  }
}
