package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.Rotary;

/** LLaMA 1 to 3 and all that share its layout, such as Vicuna, TinyLlama and SmolLM. */
final class Llama implements Family {
  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public DecoderRecipe recipe(Settings s) throws CheckpointException {
    int width = s.count("hidden_size");
    int heads = s.count("num_attention_heads");
    int keyValueHeads = s.count("num_key_value_heads", heads);
    if (heads % keyValueHeads != 0) {
      throw s.refused("num_key_value_heads", "it must divide num_attention_heads, " + heads);
    }
    if (!s.has("head_dim") && width % heads != 0) {
      throw s.refused("num_attention_heads", "it must divide hidden_size, " + width);
    }
    int headSize = s.count("head_dim", width / heads);
    String activation = s.text("hidden_act", "silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw s.refused("hidden_act", "this release computes silu");
    }
    if (s.flag("rope_interleaved", false)) {
      throw s.refused("rope_interleaved", "this release turns a head's halves, not its pairs");
    }
    Names names =
        new Names(
            width,
            heads * headSize,
            keyValueHeads * headSize,
            s.count("intermediate_size"),
            s.flag("attention_bias", false),
            s.flag("mlp_bias", false));
    String embedding = "model.embed_tokens.weight";
    return new DecoderRecipe(
        s.count("vocab_size"),
        width,
        s.count("max_position_embeddings", 2048),
        s.count("num_hidden_layers"),
        new AttentionShape(
            heads, keyValueHeads, headSize, new Rotary(RopeSettings.frequencies(s, headSize))),
        s.positive("rms_norm_eps", 1e-6),
        embedding,
        "model.norm.weight",
        s.flag("tie_word_embeddings", false) ? embedding : "lm_head.weight",
        names::block);
  }

  /** Shapes and tensor names of a block. */
  private record Names(
      int width, int query, int key, int mlp, boolean attentionBias, boolean mlpBias) {
    BlockRecipe block(int number) {
      String name = "model.layers." + number;
      return new BlockRecipe(
          name,
          name + ".input_layernorm.weight",
          attention(name, "q_proj", query, width, "attention"),
          attention(name, "k_proj", key, width, "attention"),
          attention(name, "v_proj", key, width, "attention"),
          attention(name, "o_proj", width, query, "attended"),
          name + ".post_attention_layernorm.weight",
          mlp(name, "gate_proj", mlp, width, "mlp"),
          mlp(name, "up_proj", mlp, width, "mlp"),
          mlp(name, "down_proj", width, mlp, "activated"));
    }

    private LinearRecipe attention(String block, String name, int out, int in, String input) {
      return linear(block, "self_attn." + name, out, in, input, attentionBias);
    }

    private LinearRecipe mlp(String block, String name, int out, int in, String input) {
      return linear(block, "mlp." + name, out, in, input, mlpBias);
    }

    private static LinearRecipe linear(
        String block, String name, int out, int in, String input, boolean bias) {
      String tensor = block + "." + name;
      return new LinearRecipe(
          new Linear(name, out, in, input), tensor + ".weight", bias ? tensor + ".bias" : null);
    }
  }
}
