package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.EmbeddingRecipe;
import io.github.owlprune.models.decoder.HeadRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import java.util.Map;

/**
 * Phi 1 to 2 (arXiv 2309.05463): attention and MLP in parallel on one layer norm, partially rotated
 * heads, and biases everywhere, the head included.
 */
final class Phi implements Family {
  private static final String INPUT = "attention"; // of the MLP too

  @Override
  public String modelType() {
    return "phi";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless("embd_pdrop", "resid_pdrop");
    double epsilon = s.positive("layer_norm_eps", 1e-5);
    LlamaStyle style =
        LlamaStyle.read(
            s,
            prefix,
            Activations.read(s, "hidden_act", Activation.GELU_TANH),
            m -> NormRecipe.layer(m, epsilon),
            Map.of());
    AttentionShape shape =
        style.shape(
            RopeSettings.partial(s, style.headSize(), "rope_theta", "partial_rotary_factor", 0.5));
    boolean normed = s.flag("qk_layernorm", false);
    EmbeddingRecipe embedding = style.embedding();
    boolean tied = s.flag("tie_word_embeddings", false);
    HeadRecipe head =
        new HeadRecipe(
                style.norm(prefix + "final_layernorm"),
                tied ? embedding.tensor() : "lm_head.weight",
                style.width())
            .withBias("lm_head.bias");
    return style
        .decoder(
            embedding,
            tied,
            i -> {
              String block = style.block(i);
              return style.parallel(
                  block, attention(style, block, shape, normed), mlp(style, block));
            })
        .with(embedding, head);
  }

  private static AttentionRecipe attention(
      LlamaStyle style, String block, AttentionShape shape, boolean normed) {
    AttentionRecipe like = style.attention(block, shape, true, true);
    int query = style.heads() * style.headSize();
    Linear dense = new Linear("self_attn.dense", style.width(), query, "attended");
    AttentionRecipe attention =
        new AttentionRecipe(
            shape, like.query(), like.key(), like.value(), LinearRecipe.of(block, dense, true));
    return normed
        ? attention.withNorms(
            style.norm(block + ".self_attn.q_layernorm"),
            style.norm(block + ".self_attn.k_layernorm"))
        : attention;
  }

  private static MlpRecipe mlp(LlamaStyle style, String block) {
    int width = style.width();
    int mlp = style.mlp();
    return new MlpRecipe(
        null,
        LinearRecipe.of(block, new Linear("mlp.fc1", mlp, width, INPUT), true),
        LinearRecipe.of(block, new Linear("mlp.fc2", width, mlp, "activated"), true),
        style.activation());
  }
}
