package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import java.util.stream.Stream;

/** Explains why a tensor that a model needs is not in its checkpoint. */
final class MissingTensor {
  private MissingTensor() {}

  /** Creates the exception for a missing tensor. */
  static CheckpointException exception(Shards weights, String tensor) {
    return new CheckpointException(
        weights.directory()
            + " contains no tensor "
            + tensor
            + ", which the configuration requires; "
            + reason(weights, tensor));
  }

  private static String reason(Shards weights, String tensor) {
    String claimed = weights.wrongClaim(tensor);
    if (claimed != null) {
      return "the index places it in "
          + shown(claimed)
          + ", which does not contain it: download that file and the index again";
    }
    String module = tensor.endsWith(".weight") ? tensor.substring(0, tensor.length() - 6) : tensor;
    if (hasAny(weights, module, "qweight", "weight_packed", "weight_q", "weight.qweight")) {
      return "its weights are quantized: open the model that they were made from, or load this one"
          + " in transformers, call dequantize() and save it with save_pretrained";
    }
    if (hasAny(weights, module, "base_layer.weight", "lora_A.weight", "lora_A.default.weight")) {
      return "an adapter of PEFT is around it: merge it first, with merge_and_unload(), and save"
          + " the merged model";
    }
    return "check that both belong to the same model";
  }

  private static boolean hasAny(Shards weights, String module, String... parameters) {
    return Stream.of(parameters).anyMatch(p -> weights.entry(module + p) != null);
  }
}
