package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Activation;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.MlpRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import java.util.Map;

/** StarCoder 2 (arXiv 2402.19173): layer norms, an MLP without gate, and biases. */
final class Starcoder2 implements Family {
  private static final Map<String, Integer> DEFAULTS =
      Map.of("max_position_embeddings", 4096, "num_key_value_heads", 2);

  @Override
  public String modelType() {
    return "starcoder2";
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public DecoderRecipe recipe(Settings s, String prefix) throws CheckpointException {
    s.harmless("residual_dropout", "embedding_dropout");
    // In published configurations; hidden_act and norm_epsilon decide.
    s.harmless("activation_function", "layer_norm_epsilon", "mlp_type", "norm_type");
    double epsilon = s.positive("norm_epsilon", 1e-5);
    LlamaStyle style =
        LlamaStyle.read(
            s,
            prefix,
            Activations.read(s, "hidden_act", Activation.GELU_TANH),
            m -> NormRecipe.layer(m, epsilon),
            DEFAULTS);
    AttentionShape shape =
        style
            .shape(RopeSettings.whole(s, style.headSize()))
            .withWindow(LayerTypes.window(s, AttentionShape.NO_WINDOW));
    boolean bias = s.flag("use_bias", true);
    return style.decoder(
        style.embedding(),
        s.flag("tie_word_embeddings", true),
        i -> {
          String block = style.block(i);
          return style.preNormed(
              block, style.attention(block, shape, bias, bias), mlp(style, block, bias));
        });
  }

  private static MlpRecipe mlp(LlamaStyle style, String block, boolean bias) {
    int width = style.width();
    int mlp = style.mlp();
    return new MlpRecipe(
        null,
        LinearRecipe.of(block, new Linear("mlp.c_fc", mlp, width, "mlp"), bias),
        LinearRecipe.of(block, new Linear("mlp.c_proj", width, mlp, "activated"), bias),
        style.activation());
  }
}
