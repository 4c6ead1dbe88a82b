package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.Alibi;
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

/**
 * Falcon (arXiv 2311.16867): fused queries, keys and values, with one, some or all key-value heads;
 * attention and MLP in parallel, on one norm or on one each, or in sequence; rotary positions or
 * ALiBi.
 */
final class Falcon implements Family {
  @Override
  public String modelType() {
    return "falcon";
  }

  @Override
  public String prefix() {
    return "transformer.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.requireFalse(
        "apply_residual_connection_post_layernorm",
        "this release supports only residual connections around the norms");
    s.harmless("hidden_dropout", "auto_map");
    String widthName = Spelling.of(s, "hidden_size", "n_embed");
    int width = s.width(widthName);
    AttentionShape shape = shape(s, widthName, width);
    double epsilon = s.positive("layer_norm_epsilon", 1e-5);
    Norms norms = norms(s);
    boolean bias = s.flag("bias", false);
    int mlp = s.width("ffn_hidden_size", 4 * width);
    Activation activation = Activations.read(s, "activation", Activation.GELU);
    EmbeddingRecipe embedding = new EmbeddingRecipe(prefix + "word_embeddings.weight", width);
    return new DecoderRecipe(
        s.count("vocab_size"),
        width,
        s.count("max_position_embeddings", 2048),
        embedding,
        s.count("num_hidden_layers"),
        i -> {
          String block = prefix + "h." + i;
          return new BlockRecipe(
              block,
              GroupedHeads.attention(
                  block, shape, "self_attention.query_key_value", "self_attention.dense", bias),
              preNorm(block + norms.attention, epsilon),
              mlp(block, width, mlp, norms.input, activation, bias),
              preNorm(block + norms.mlp, epsilon),
              norms != Norms.IN_SEQUENCE);
        },
        new HeadRecipe(
            NormRecipe.layer(prefix + "ln_f", epsilon),
            s.flag("tie_word_embeddings", true) ? embedding.tensor() : "lm_head.weight",
            width));
  }

  private static AttentionShape shape(Settings s, String widthName, int width)
      throws CheckpointException {
    int heads = s.divisor("num_attention_heads", widthName, width);
    int headSize = width / heads;
    int keyValueHeads = keyValueHeads(s, heads);
    if (s.flag("alibi", false)) {
      s.harmless("rope_parameters", "rope_scaling", "rope_theta"); // not used
      return new AttentionShape(heads, keyValueHeads, headSize, Rotary.none(headSize))
          .withScoreChange(Alibi.inBfloat16(heads, 1 / Math.sqrt(headSize)));
    }
    return new AttentionShape(heads, keyValueHeads, headSize, RopeSettings.whole(s, headSize));
  }

  private static int keyValueHeads(Settings s, int heads) throws CheckpointException {
    boolean multiQuery = s.flag("multi_query", true);
    int grouped = s.count("num_kv_heads", heads);
    if (!s.flag("new_decoder_architecture", false)) {
      return multiQuery ? 1 : heads;
    }
    if (heads % grouped != 0) {
      throw s.refused("num_kv_heads", "it must divide num_attention_heads, which is " + heads);
    }
    return grouped;
  }

  /** Which norms a block has, and which input its MLP reads. */
  private enum Norms {
    IN_SEQUENCE(".input_layernorm", ".post_attention_layernorm", "mlp"),
    ONE_FOR_BOTH(".input_layernorm", ".input_layernorm", "attention"),
    ONE_EACH(".ln_attn", ".ln_mlp", "mlp");

    final String attention;
    final String mlp;
    final String input;

    Norms(String attention, String mlp, String input) {
      this.attention = attention;
      this.mlp = mlp;
      this.input = input;
    }
  }

  private static Norms norms(Settings s) throws CheckpointException {
    boolean newer = s.flag("new_decoder_architecture", false);
    boolean parallel = s.flag("parallel_attn", true);
    int count = s.count("num_ln_in_parallel_attn", newer ? 2 : 1);
    if (newer && !parallel) {
      throw s.refused("parallel_attn", "with new_decoder_architecture it must be true");
    }
    if (parallel && count > (newer ? 2 : 1)) {
      throw s.refused(
          "num_ln_in_parallel_attn", "it must be 1, or 2 with new_decoder_architecture");
    }
    if (!parallel) {
      return Norms.IN_SEQUENCE;
    }
    return count == 2 ? Norms.ONE_EACH : Norms.ONE_FOR_BOTH;
  }

  private static ResidualRecipe preNorm(String module, double epsilon) {
    return ResidualRecipe.preNorm(NormRecipe.layer(module, epsilon));
  }

  private static MlpRecipe mlp(
      String block, int width, int mlp, String input, Activation activation, boolean bias) {
    return new MlpRecipe(
        null,
        LinearRecipe.of(block, new Linear("mlp.dense_h_to_4h", mlp, width, input), bias),
        LinearRecipe.of(block, new Linear("mlp.dense_4h_to_h", width, mlp, "activated"), bias),
        activation);
  }
}
