package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.BlockRecipe;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.EmbeddingRecipe;
import io.github.owlprune.models.decoder.FeedForwardRecipe;
import io.github.owlprune.models.decoder.HeadRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import io.github.owlprune.models.decoder.OutputSlice;
import io.github.owlprune.models.decoder.ResidualRecipe;
import io.github.owlprune.models.decoder.Rotary;
import java.util.Map;
import java.util.function.Function;
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
 * @param norms the norm of a module by the module's name
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
    Function<String, NormRecipe> norms) {
  /** Reads the sizes, the activation from {@code hidden_act}, and ε of RMS norms. */
  static LlamaStyle read(Settings s, String prefix) throws CheckpointException {
    return read(s, prefix, 1e-6, Map.of());
  }

  /** Reads the same, with a family's own default values. */
  static LlamaStyle read(
      Settings s, String prefix, double defaultEpsilon, Map<String, Integer> defaults)
      throws CheckpointException {
    double epsilon = s.positive("rms_norm_eps", defaultEpsilon);
    return read(
        s,
        prefix,
        Activations.read(s, "hidden_act", Activation.SILU),
        module -> NormRecipe.rms(module, epsilon),
        defaults);
  }

  /**
   * Reads the sizes.
   *
   * @param defaults a family's default values of sizes, by the names of their settings
   */
  static LlamaStyle read(
      Settings s,
      String prefix,
      Activation activation,
      Function<String, NormRecipe> norms,
      Map<String, Integer> defaults)
      throws CheckpointException {
    int width = width(s, "hidden_size", defaults);
    int heads = count(s, "num_attention_heads", defaults);
    int keyValueHeads =
        s.count("num_key_value_heads", defaults.getOrDefault("num_key_value_heads", heads));
    if (heads % keyValueHeads != 0) {
      throw s.refused(
          "num_key_value_heads", "it must divide num_attention_heads, which is " + heads);
    }
    boolean derived = !s.has("head_dim") && !defaults.containsKey("head_dim");
    if (derived && width % heads != 0) {
      throw s.refused("num_attention_heads", "it must divide hidden_size, which is " + width);
    }
    int headSize = s.width("head_dim", defaults.getOrDefault("head_dim", width / heads));
    if ((long) heads * headSize > Settings.WIDEST) {
      throw s.refused(
          "num_attention_heads",
          "multiplied by the head size, " + headSize + ", it must be at most " + Settings.WIDEST);
    }
    return new LlamaStyle(
        prefix,
        count(s, "vocab_size", defaults),
        width,
        s.count("max_position_embeddings", defaults.getOrDefault("max_position_embeddings", 2048)),
        count(s, "num_hidden_layers", defaults),
        heads,
        keyValueHeads,
        headSize,
        width(s, "intermediate_size", defaults),
        activation,
        norms);
  }

  private static int count(Settings s, String name, Map<String, Integer> defaults)
      throws CheckpointException {
    Integer value = defaults.get(name);
    return value == null ? s.count(name) : s.count(name, value);
  }

  private static int width(Settings s, String name, Map<String, Integer> defaults)
      throws CheckpointException {
    Integer value = defaults.get(name);
    return value == null ? s.width(name) : s.width(name, value);
  }

  AttentionShape shape(Rotary rotary) {
    return new AttentionShape(heads, keyValueHeads, headSize, rotary);
  }

  NormRecipe norm(String module) {
    return norms.apply(module);
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
    return mlp(block, bias, "mlp");
  }

  /** Returns an MLP that reads a named input. */
  MlpRecipe mlp(String block, boolean bias, String input) {
    return new MlpRecipe(
        LinearRecipe.of(block, new Linear("mlp.gate_proj", mlp, width, input), bias),
        LinearRecipe.of(block, new Linear("mlp.up_proj", mlp, width, input), bias),
        LinearRecipe.of(block, new Linear("mlp.down_proj", width, mlp, "activated"), bias),
        activation);
  }

  /** Returns an MLP whose gate and up weights are rows of one tensor. */
  MlpRecipe fusedMlp(String block) {
    return new MlpRecipe(
        fused(block, "gate", 0),
        fused(block, "up", mlp),
        LinearRecipe.of(block, new Linear("mlp.down_proj", width, mlp, "activated"), false),
        activation);
  }

  private LinearRecipe fused(String block, String part, int firstRow) {
    String module = "mlp.gate_up_proj";
    return LinearRecipe.sliced(
        block + "." + module,
        OutputSlice.range(2 * mlp, firstRow, mlp),
        new Linear(module + "." + part, mlp, width, "mlp"),
        false);
  }

  /** Returns a block with norms before and after attention and MLP, named as in Gemma. */
  BlockRecipe sandwiched(String block, AttentionRecipe attention, MlpRecipe mlp) {
    return new BlockRecipe(
        block,
        attention,
        ResidualRecipe.sandwich(
            norm(block + ".input_layernorm"), norm(block + ".post_attention_layernorm")),
        mlp,
        ResidualRecipe.sandwich(
            norm(block + ".pre_feedforward_layernorm"),
            norm(block + ".post_feedforward_layernorm")));
  }

  /** Returns a block whose attention and MLP read the same normed input. */
  BlockRecipe parallel(String block, AttentionRecipe attention, MlpRecipe mlp) {
    ResidualRecipe shared = ResidualRecipe.preNorm(norm(block + ".input_layernorm"));
    return new BlockRecipe(block, attention, shared, mlp, shared, true);
  }

  BlockRecipe preNormed(String block, AttentionRecipe attention, FeedForwardRecipe mlp) {
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
