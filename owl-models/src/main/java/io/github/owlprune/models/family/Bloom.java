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
 * BLOOM (arXiv 2211.05100): ALiBi instead of position embeddings, a norm of the embeddings, and one
 * tensor in which each head's query, key and value follow one another.
 */
final class Bloom implements Family {
  @Override
  public String modelType() {
    return "bloom";
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
    s.harmless(
        "hidden_dropout",
        "slow_but_exact",
        "attention_softmax_in_fp32",
        "bias_dropout_fusion",
        "masked_softmax_fusion",
        "offset_alibi",
        "skip_bias_add",
        "skip_bias_add_qkv");
    String widthName = Spelling.of(s, "hidden_size", "n_embed");
    int width = s.width(widthName);
    int heads = s.divisor(Spelling.of(s, "n_head", "num_attention_heads"), widthName, width);
    int headSize = width / heads;
    AttentionShape shape =
        new AttentionShape(heads, heads, headSize, Rotary.none(headSize))
            .withScoreChange(new Alibi(heads));
    double epsilon = s.positive("layer_norm_epsilon", 1e-5);
    EmbeddingRecipe embedding =
        new EmbeddingRecipe(prefix + "word_embeddings.weight", width)
            .withNorm(NormRecipe.layer(prefix + "word_embeddings_layernorm", epsilon));
    return new DecoderRecipe(
        s.count("vocab_size"),
        width,
        s.count("seq_length", 2048),
        embedding,
        s.count(Spelling.of(s, "n_layer", "num_hidden_layers")),
        i -> block(prefix + "h." + i, shape, width, epsilon),
        new HeadRecipe(
            NormRecipe.layer(prefix + "ln_f", epsilon),
            s.flag("tie_word_embeddings", true) ? embedding.tensor() : "lm_head.weight",
            width));
  }

  private static BlockRecipe block(String block, AttentionShape shape, int width, double epsilon) {
    return new BlockRecipe(
        block,
        GroupedHeads.attention(
            block, shape, "self_attention.query_key_value", "self_attention.dense", true),
        ResidualRecipe.preNorm(NormRecipe.layer(block + ".input_layernorm", epsilon)),
        mlp(block, width),
        ResidualRecipe.preNorm(NormRecipe.layer(block + ".post_attention_layernorm", epsilon)));
  }

  private static MlpRecipe mlp(String block, int width) {
    return new MlpRecipe(
        null,
        LinearRecipe.of(block, new Linear("mlp.dense_h_to_4h", 4 * width, width, "mlp"), true),
        LinearRecipe.of(
            block, new Linear("mlp.dense_4h_to_h", width, 4 * width, "activated"), true),
        Activation.GELU_TANH);
  }
}
