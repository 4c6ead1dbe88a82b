package io.github.owlprune.models.family;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The setting of quantized checkpoints, whose weights are integers or 8-bit floats with scales. */
final class Quantization {
  /** The setting of transformers, of MLX, and of compressed-tensors before version 0.4. */
  static final List<String> SETTINGS =
      List.of("quantization_config", "quantization", "compression_config");

  private Quantization() {}

  /**
   * Returns whether one of these settings quantizes nothing, as tools leave it behind: bitsandbytes
   * with both of its formats off, or compressed-tensors without quantized modules and with weights
   * stored as they are.
   */
  static boolean isLeftOver(JsonNode config) {
    return switch (config.path("quant_method").asText().toLowerCase(Locale.ROOT)) {
      case "bitsandbytes" ->
          config.has("load_in_4bit")
              && config.has("load_in_8bit")
              && !config.path("load_in_4bit").asBoolean(true)
              && !config.path("load_in_8bit").asBoolean(true);
      case "compressed-tensors" ->
          config.path("config_groups").isEmpty()
              && config.path("sparsity_config").path("format").asText("dense").equals("dense")
              && config.path("format").asText("dense").equals("dense");
      default -> false;
    };
  }

  /** Creates the exception for a quantized checkpoint. */
  static CheckpointException refused(Path file, String name, JsonNode config) {
    return new CheckpointException(
        file
            + ": the checkpoint is quantized ("
            + name
            + ": "
            + method(config)
            + "), and only dense weights in F32, F16 or BF16 can be pruned; open the model that it"
            + " was made from, or load it in transformers, call dequantize() and save it with"
            + " save_pretrained");
  }

  private static String method(JsonNode config) {
    JsonNode named = config.path("quant_method");
    String method = named.isTextual() ? shown(named.textValue()) : shown(config);
    return config.path("bits").isInt() ? method + ", " + config.path("bits") + " bits" : method;
  }
}
