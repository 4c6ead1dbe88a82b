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

/**
 * OPT (arXiv 2205.01068): learned positions, layer norms, ReLU. OPT-350m applies its norms after
 * attention and MLP, and has embeddings narrower than its hidden states.
 */
final class Opt implements Family {
  private static final double EPSILON = 1e-5;
  private static final int FIRST_POSITION = 2;

  @Override
  public String modelType() {
    return "opt";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    if (!s.flag("layer_norm_elementwise_affine", true)) {
      throw s.refused(
          "layer_norm_elementwise_affine",
          "this release supports only norms with weights; set it to true");
    }
    s.harmless("dropout", "activation_dropout", "layerdrop", "init_std");
    int width = s.width("hidden_size");
    int heads = s.divisor("num_attention_heads", "hidden_size", width);
    int mlp = s.width("ffn_dim");
    boolean bias = s.flag("enable_bias", true);
    boolean normFirst = s.flag("do_layer_norm_before", true);
    Activation activation = Activations.read(s, "activation_function", Activation.RELU);
    int headSize = width / heads;
    AttentionShape shape = new AttentionShape(heads, heads, headSize, Rotary.none(headSize));
    String decoder = prefix + "decoder.";
    int embeddingWidth = s.width("word_embed_proj_dim", width);
    EmbeddingRecipe embedding =
        new EmbeddingRecipe(decoder + "embed_tokens.weight", embeddingWidth)
            .withPositions(decoder + "embed_positions.weight", FIRST_POSITION);
    boolean projected = embeddingWidth != width;
    boolean lastNorm = !s.flag("_remove_final_layer_norm", false) && normFirst;
    boolean tied = s.flag("tie_word_embeddings", true);
    return new DecoderRecipe(
        s.count("vocab_size"),
        width,
        s.count("max_position_embeddings", 2048),
        projected ? embedding.withProjection(decoder + "project_in.weight") : embedding,
        s.count("num_hidden_layers"),
        i -> block(decoder + "layers." + i, shape, mlp, activation, bias, normFirst),
        new HeadRecipe(
            lastNorm ? NormRecipe.layer(decoder + "final_layer_norm", EPSILON) : null,
            projected ? decoder + "project_out.weight" : null,
            tied ? embedding.tensor() : "lm_head.weight",
            embeddingWidth));
  }

  private static BlockRecipe block(
      String block,
      AttentionShape shape,
      int mlp,
      Activation activation,
      boolean bias,
      boolean normFirst) {
    int width = shape.heads() * shape.headSize();
    return new BlockRecipe(
        block,
        new AttentionRecipe(
            shape,
            LinearRecipe.of(block, new Linear("self_attn.q_proj", width, width, "attention"), bias),
            LinearRecipe.of(block, new Linear("self_attn.k_proj", width, width, "attention"), bias),
            LinearRecipe.of(block, new Linear("self_attn.v_proj", width, width, "attention"), bias),
            LinearRecipe.of(
                block, new Linear("self_attn.out_proj", width, width, "attended"), bias)),
        residual(block + ".self_attn_layer_norm", normFirst),
        new MlpRecipe(
            null,
            LinearRecipe.of(block, new Linear("fc1", mlp, width, "mlp"), bias),
            LinearRecipe.of(block, new Linear("fc2", width, mlp, "activated"), bias),
            activation),
        residual(block + ".final_layer_norm", normFirst));
  }

  private static ResidualRecipe residual(String module, boolean normFirst) {
    NormRecipe norm = NormRecipe.layer(module, EPSILON);
    return normFirst ? ResidualRecipe.preNorm(norm) : ResidualRecipe.postNorm(norm);
  }
}
