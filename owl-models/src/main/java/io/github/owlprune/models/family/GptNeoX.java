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
import io.github.owlprune.models.decoder.OutputSlice;
import io.github.owlprune.models.decoder.ResidualRecipe;
import io.github.owlprune.models.decoder.Rotary;

/**
 * GPT-NeoX (arXiv 2204.06745) and Pythia: parallel attention and MLP, partially rotated heads, and
 * one tensor in which each head's query, key and value follow one another.
 */
final class GptNeoX implements Family {
  @Override
  public String modelType() {
    return "gpt_neox";
  }

  @Override
  public String prefix() {
    return "gpt_neox.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless(
        "hidden_dropout",
        "classifier_dropout",
        "attention_probs_dropout_prob",
        "hidden_dropout_prob");
    int width = s.width("hidden_size");
    int heads = s.divisor("num_attention_heads", "hidden_size", width);
    double epsilon = s.positive("layer_norm_eps", 1e-5);
    int headSize = width / heads;
    Rotary rotary = RopeSettings.partial(s, headSize, "rotary_emb_base", "rotary_pct", 0.25);
    AttentionShape shape = new AttentionShape(heads, heads, headSize, rotary);
    boolean bias = s.flag("attention_bias", true);
    int mlp = s.width("intermediate_size");
    Activation activation = Activations.read(s, "hidden_act", Activation.GELU);
    boolean parallel = s.flag("use_parallel_residual", true);
    EmbeddingRecipe embedding = new EmbeddingRecipe(prefix + "embed_in.weight", width);
    return new DecoderRecipe(
        s.count("vocab_size"),
        width,
        s.count("max_position_embeddings", 2048),
        embedding,
        s.count("num_hidden_layers"),
        i -> {
          String block = prefix + "layers." + i;
          return new BlockRecipe(
              block,
              attention(block, shape, bias),
              preNorm(block + ".input_layernorm", epsilon),
              mlp(block, width, mlp, activation),
              preNorm(block + ".post_attention_layernorm", epsilon),
              parallel);
        },
        new HeadRecipe(
            NormRecipe.layer(prefix + "final_layer_norm", epsilon),
            s.flag("tie_word_embeddings", false) ? embedding.tensor() : "embed_out.weight",
            width));
  }

  private static ResidualRecipe preNorm(String module, double epsilon) {
    return ResidualRecipe.preNorm(NormRecipe.layer(module, epsilon));
  }

  private static AttentionRecipe attention(String block, AttentionShape shape, boolean bias) {
    int width = shape.heads() * shape.headSize();
    return new AttentionRecipe(
        shape,
        fused(block, "query", 0, shape, bias),
        fused(block, "key", 1, shape, bias),
        fused(block, "value", 2, shape, bias),
        LinearRecipe.of(block, new Linear("attention.dense", width, width, "attended"), bias));
  }

  /** Returns queries, keys or values (index 0, 1 or 2), interleaved by head in one tensor. */
  private static LinearRecipe fused(
      String block, String name, int index, AttentionShape shape, boolean bias) {
    int size = shape.headSize();
    int width = shape.heads() * size;
    String module = "attention.query_key_value";
    return LinearRecipe.sliced(
        block + "." + module,
        new OutputSlice(3 * width, index * size, size, 3 * size),
        new Linear(module + "." + name, width, width, "attention"),
        bias);
  }

  private static MlpRecipe mlp(String block, int width, int mlp, Activation activation) {
    return new MlpRecipe(
        null,
        LinearRecipe.of(block, new Linear("mlp.dense_h_to_4h", mlp, width, "mlp"), true),
        LinearRecipe.of(block, new Linear("mlp.dense_4h_to_h", width, mlp, "activated"), true),
        activation);
  }
}
