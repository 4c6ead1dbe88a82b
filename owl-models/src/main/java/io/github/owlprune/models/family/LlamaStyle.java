package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.EmbeddingRecipe;
import io.github.owlprune.models.decoder.HeadRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import io.github.owlprune.models.decoder.ResidualRecipe;
import io.github.owlprune.models.decoder.Rotary;
import java.util.function.IntFunction;

/**
 * The parts that families with LLaMA's layout share: sizes, module names, norms before attention
 * and MLP, and a gated MLP.
 *
 * @param prefix the prefix of all modules except the head
 * @param vocabulary V
 * @param width W
 * @param context the longest sequence in tokens
 * @param blocks the number of blocks
 * @param heads the number of query heads
 * @param keyValueHeads the number of key-value heads
 * @param headSize the dimensions of a head
 * @param mlp I
 * @param activation the activation of the gate
 * @param norm the equation of every norm
 * @param epsilon ε of every norm
 */
record LlamaStyle(
    String prefix,
    int vocabulary,
    int width,
    int context,
    int blocks,
    int heads,
    int keyValueHeads,
    int headSize,
    int mlp,
    Activation activation,
    NormRecipe.Kind norm,
    double epsilon) {
  /** Reads the sizes, and the activation from {@code hidden_act}. */
  static LlamaStyle read(Settings s, String prefix) throws CheckpointException {
    return read(s, prefix, Activations.read(s, "hidden_act", Activation.SILU), NormRecipe.Kind.RMS);
  }

  /** Reads the sizes. */
  static LlamaStyle read(Settings s, String prefix, Activation activation, NormRecipe.Kind norm)
      throws CheckpointException {
    int width = s.width("hidden_size");
    int heads = s.count("num_attention_heads");
    int keyValueHeads = s.count("num_key_value_heads", heads);
    if (heads % keyValueHeads != 0) {
      throw s.refused(
          "num_key_value_heads", "it must divide num_attention_heads, which is " + heads);
    }
    if (!s.has("head_dim") && width % heads != 0) {
      throw s.refused("num_attention_heads", "it must divide hidden_size, which is " + width);
    }
    int headSize = s.width("head_dim", width / heads);
    if ((long) heads * headSize > Settings.WIDEST) {
      throw s.refused(
          "num_attention_heads",
          "multiplied by the head size, " + headSize + ", it must be at most " + Settings.WIDEST);
    }
    return new LlamaStyle(
        prefix,
        s.count("vocab_size"),
        width,
        s.count("max_position_embeddings", 2048),
        s.count("num_hidden_layers"),
        heads,
        keyValueHeads,
        headSize,
        s.width("intermediate_size"),
        activation,
        norm,
        s.positive("rms_norm_eps", 1e-6));
  }

  AttentionShape shape(Rotary rotary) {
    return new AttentionShape(heads, keyValueHeads, headSize, rotary);
  }

  NormRecipe norm(String module) {
    return new NormRecipe(norm, module + ".weight", null, epsilon);
  }

  String block(int number) {
    return prefix + "layers." + number;
  }

  AttentionRecipe attention(String block, AttentionShape shape, boolean bias, boolean outputBias) {
    int query = heads * headSize;
    int key = keyValueHeads * headSize;
    return new AttentionRecipe(
        shape,
        LinearRecipe.of(block, new Linear("self_attn.q_proj", query, width, "attention"), bias),
        LinearRecipe.of(block, new Linear("self_attn.k_proj", key, width, "attention"), bias),
        LinearRecipe.of(block, new Linear("self_attn.v_proj", key, width, "attention"), bias),
        LinearRecipe.of(
            block, new Linear("self_attn.o_proj", width, query, "attended"), outputBias));
  }

  MlpRecipe mlp(String block, boolean bias) {
    return new MlpRecipe(
        LinearRecipe.of(block, new Linear("mlp.gate_proj", mlp, width, "mlp"), bias),
        LinearRecipe.of(block, new Linear("mlp.up_proj", mlp, width, "mlp"), bias),
        LinearRecipe.of(block, new Linear("mlp.down_proj", width, mlp, "activated"), bias),
        activation);
  }

  BlockRecipe preNormed(String block, AttentionRecipe attention, MlpRecipe mlp) {
    return new BlockRecipe(
        block,
        attention,
        ResidualRecipe.preNorm(norm(block + ".input_layernorm")),
        mlp,
        ResidualRecipe.preNorm(norm(block + ".post_attention_layernorm")));
  }

  EmbeddingRecipe embedding() {
    return new EmbeddingRecipe(prefix + "embed_tokens.weight", width);
  }

  DecoderRecipe decoder(EmbeddingRecipe embedding, boolean tied, IntFunction<BlockRecipe> block) {
    String head = tied ? embedding.tensor() : "lm_head.weight";
    return new DecoderRecipe(
        vocabulary,
        width,
        context,
        embedding,
        blocks,
        block,
        new HeadRecipe(norm(prefix + "norm"), head, width));
  }
}
