package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.HeadNormRecipe;
import java.util.Map;

/**
 * OLMoE (arXiv 2409.02060): LLaMA's layout with norms of all queries and keys together, and experts
 * in every block.
 */
final class Olmoe implements Family {
  @Override
  public String modelType() {
    return "olmoe";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    LlamaStyle style = LlamaStyle.read(s, prefix, 1e-5, Map.of());
    AttentionShape whole = style.shape(RopeSettings.whole(s, style.headSize()));
    AttentionShape shape = s.has("clip_qkv") ? whole.withClip(s.positive("clip_qkv")) : whole;
    boolean bias = s.flag("attention_bias", false);
    ExpertSettings experts =
        ExpertSettings.read(s, style, 64, 8, style.mlp(), s.flag("norm_topk_prob", false));
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
                      wholeNorm(style, block + ".self_attn.q_norm"),
                      wholeNorm(style, block + ".self_attn.k_norm")),
              experts.mixture(block, null));
        });
  }

  private static HeadNormRecipe wholeNorm(LlamaStyle style, String module) {
    return HeadNormRecipe.of(HeadNormRecipe.Layout.WHOLE, style.norm(module));
  }
}
