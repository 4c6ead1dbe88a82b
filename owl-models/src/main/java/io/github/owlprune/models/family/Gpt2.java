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
 * GPT-2: learned positions, layer norms, weights stored transposed, and queries, keys and values as
 * columns of one tensor.
 */
final class Gpt2 implements Family {
  @Override
  public String modelType() {
    return "gpt2";
  }

  @Override
  public String prefix() {
    return "transformer.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.requireFalse("add_cross_attention", "this release supports only decoder-only models");
    s.harmless(
        "attn_pdrop",
        "embd_pdrop",
        "resid_pdrop",
        "n_ctx",
        "_num_labels",
        "reorder_and_upcast_attn", // changes only the order of operations
        "summary_activation",
        "summary_first_dropout",
        "summary_proj_to_labels",
        "summary_type",
        "summary_use_proj");
    int width = s.width("n_embd");
    int heads = s.divisor("n_head", "n_embd", width);
    int mlp = s.width("n_inner", 4 * width);
    double epsilon = s.positive("layer_norm_epsilon", 1e-5);
    Activation activation = Activations.read(s, "activation_function", Activation.GELU_TANH);
    int headSize = width / heads;
    double scale = s.flag("scale_attn_weights", true) ? 1 / Math.sqrt(headSize) : 1;
    boolean scaledByBlock = s.flag("scale_attn_by_inverse_layer_idx", false);
    AttentionShape shape = new AttentionShape(heads, heads, headSize, Rotary.none(headSize));
    EmbeddingRecipe embedding = new EmbeddingRecipe(prefix + "wte.weight", width);
    return new DecoderRecipe(
        s.count("vocab_size"),
        width,
        s.count("n_positions", 1024),
        embedding.withPositions(prefix + "wpe.weight", 0),
        s.count("n_layer"),
        i -> {
          String block = prefix + "h." + i;
          return new BlockRecipe(
              block,
              attention(block, shape.withScale(scaledByBlock ? scale / (i + 1) : scale)),
              ResidualRecipe.preNorm(NormRecipe.layer(block + ".ln_1", epsilon)),
              mlp(block, width, mlp, activation),
              ResidualRecipe.preNorm(NormRecipe.layer(block + ".ln_2", epsilon)));
        },
        new HeadRecipe(
            NormRecipe.layer(prefix + "ln_f", epsilon),
            s.flag("tie_word_embeddings", true) ? embedding.tensor() : "lm_head.weight",
            width));
  }

  private static AttentionRecipe attention(String block, AttentionShape shape) {
    int width = shape.heads() * shape.headSize();
    return new AttentionRecipe(
        shape,
        fused(block, "query", 0, width),
        fused(block, "key", 1, width),
        fused(block, "value", 2, width),
        linear(block, new Linear("attn.c_proj", width, width, "attended")));
  }

  /** Returns queries, keys or values (index 0, 1 or 2) in the tensor that holds all three. */
  private static LinearRecipe fused(String block, String name, int index, int width) {
    String module = "attn.c_attn";
    Linear linear = new Linear(module + "." + name, width, width, "attention");
    OutputSlice slice = OutputSlice.range(3 * width, index * width, width);
    return LinearRecipe.sliced(block + "." + module, slice, linear, true).storedTransposed();
  }

  private static LinearRecipe linear(String block, Linear linear) {
    return LinearRecipe.of(block, linear, true).storedTransposed();
  }

  private static MlpRecipe mlp(String block, int width, int mlp, Activation activation) {
    return new MlpRecipe(
        null,
        linear(block, new Linear("mlp.c_fc", mlp, width, "mlp")),
        linear(block, new Linear("mlp.c_proj", width, mlp, "activated")),
        activation);
  }
}
