package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.OutputSlice;
import io.github.owlprune.models.decoder.Rotary;

/**
 * Phi 3, Phi 3.5 and Phi 4 mini (arXiv 2404.14219): LLaMA's layout with queries, keys and values in
 * one tensor, gate and up in another. Each is pruned and reported as a linear of its own.
 */
final class Phi3 implements Family {
  @Override
  public String modelType() {
    return "phi3";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    for (String bias : new String[] {"attention_bias", "mlp_bias", "lm_head_bias"}) {
      s.requireFalse(
          bias, "Phi 3 has no biases, and this release supports none for it; set it to false");
    }
    for (String name : new String[] {"full_attn_mod", "interpolate_factor"}) {
      if (s.count(name, 1) != 1) {
        throw s.refused(name, "this release supports only 1");
      }
    }
    s.harmless("embd_pdrop", "resid_pdrop", "auto_map", "original_max_position_embeddings");
    LlamaStyle style = LlamaStyle.read(s, prefix);
    Rotary rotary =
        RopeSettings.partial(s, style.headSize(), "rope_theta", "partial_rotary_factor", 1);
    AttentionShape shape =
        style.shape(rotary).withWindow(s.count("sliding_window", AttentionShape.NO_WINDOW));
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", false),
        i -> {
          String block = style.block(i);
          return style.preNormed(block, attention(style, block, shape), style.fusedMlp(block));
        });
  }

  private static AttentionRecipe attention(LlamaStyle style, String block, AttentionShape shape) {
    int width = style.width();
    int query = style.heads() * style.headSize();
    int key = style.keyValueHeads() * style.headSize();
    int all = query + 2 * key;
    String name = "self_attn.qkv_proj";
    String module = block + "." + name;
    return new AttentionRecipe(
        shape,
        LinearRecipe.sliced(
            module,
            OutputSlice.range(all, 0, query),
            new Linear(name + ".q", query, width, "attention"),
            false),
        LinearRecipe.sliced(
            module,
            OutputSlice.range(all, query, key),
            new Linear(name + ".k", key, width, "attention"),
            false),
        LinearRecipe.sliced(
            module,
            OutputSlice.range(all, query + key, key),
            new Linear(name + ".v", key, width, "attention"),
            false),
        LinearRecipe.of(block, new Linear("self_attn.o_proj", width, query, "attended"), false));
  }
}
