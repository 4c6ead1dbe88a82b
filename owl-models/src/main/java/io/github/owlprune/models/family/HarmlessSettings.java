package io.github.owlprune.models.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Settings that no family reads and that do not change a forward pass over whole sequences: notes
 * of the programs that wrote the file, and settings of training, generation and tokenizers.
 *
 * <p>An unknown setting is harmless in three cases:
 *
 * <ul>
 *   <li>Its name is listed here as one that changes nothing, whatever its value.
 *   <li>Its value is null or empty ({@code {}}, {@code []}, {@code ""}): it names no block, no part
 *       and no number.
 *   <li>It is {@code false} or 0, and its name is listed here as one that adds a part, such as
 *       cross-attention. A family that has the part reads the setting.
 * </ul>
 *
 * <p>{@code false} and 0 alone do not suffice. A setting that is added to a family later keeps the
 * meaning of the files without it, so its default may be true, and {@code false} then switches
 * something off that a recipe computes: OPT's {@code enable_bias} and GPT-2's {@code
 * scale_attn_weights} are of this kind.
 */
final class HarmlessSettings {
  /** Names that change nothing, whatever the value. */
  private static final Set<String> NAMES =
      Set.of(
          // who wrote the file, and for which program
          "_commit_hash",
          "_name_or_path",
          "architectures",
          "auto_map",
          "base_model_name_or_path",
          "custom_pipelines",
          "export_model_type",
          "internal_version",
          "is_llama_config",
          "library_name",
          "name_or_path",
          "neuron",
          "optimum_version",
          "transformers.js_config",
          "transformers_version",
          // how tensors are stored and computed
          "_attn_implementation",
          "_attn_implementation_autoset",
          "_attn_implementation_internal",
          "_experts_implementation",
          "_experts_implementation_internal",
          "_flash_attn_2_enabled",
          "attn_implementation",
          "bf16",
          "chunk_size_feed_forward",
          "dtype",
          "flash_attention",
          "fp16",
          "fp32",
          "gradient_checkpointing",
          "model_parallel",
          "onnx_safe",
          "pretraining_tp",
          "tensor_parallel_degree",
          "torch_dtype",
          "torchscript",
          "use_bfloat16",
          "use_flash_attention",
          "use_flash_attention_2",
          "use_flash_attn",
          "use_liger_kernel",
          "xla_device",
          // sizes of training data and of Meta's own format, from which other settings are derived
          "ffn_dim_multiplier",
          "max_seq_length",
          "max_sequence_length",
          "model_max_length",
          "multiple_of",
          "original_vocab_size",
          "seq_length",
          "unpadded_vocab_size",
          // tasks, labels and losses
          "finetuning_task",
          "id2label",
          "ignore_index",
          "label2id",
          "label_smoothing",
          "loss_type",
          "num_labels",
          "_num_labels",
          "num_nextn_predict_layers", // blocks after the last one, for a loss on later tokens
          "prefix",
          "problem_type",
          "router_aux_loss_coef",
          "router_jitter_noise",
          "router_z_loss_coef",
          "task_specific_params",
          "tf_legacy_loss",
          "z_loss_coefficient",
          // other architectures; a decoder reads none of them
          "cross_attention_hidden_size",
          "is_decoder",
          "is_encoder_decoder",
          "tie_encoder_decoder",
          // tokenizers
          "bos_token",
          "chat_template",
          "eos_token",
          "pad_token",
          "tokenizer_class",
          "unk_token",
          // generation
          "assistant_confidence_threshold",
          "assistant_early_exit",
          "assistant_lookbehind",
          "bad_words_ids",
          "begin_suppress_tokens",
          "cache_config",
          "cache_implementation",
          "constraints",
          "disable_compile",
          "diversity_penalty",
          "do_sample",
          "dola_layers",
          "early_stopping",
          "encoder_no_repeat_ngram_size",
          "encoder_repetition_penalty",
          "epsilon_cutoff",
          "eta_cutoff",
          "exponential_decay_length_penalty",
          "force_words_ids",
          "generation_config",
          "guidance_scale",
          "is_assistant",
          "length_penalty",
          "low_memory",
          "max_length",
          "max_matching_ngram_size",
          "max_new_tokens",
          "max_time",
          "min_length",
          "min_new_tokens",
          "min_p",
          "no_repeat_ngram_size",
          "num_assistant_tokens",
          "num_assistant_tokens_schedule",
          "num_beam_groups",
          "num_beams",
          "num_return_sequences",
          "output_attentions",
          "output_hidden_states",
          "output_logits",
          "output_router_logits",
          "output_scores",
          "penalty_alpha",
          "prefill_chunk_size",
          "prompt_lookup_num_tokens",
          "remove_invalid_values",
          "renormalize_logits",
          "repetition_penalty",
          "return_dict",
          "return_dict_in_generate",
          "sequence_bias",
          "stop_strings",
          "suppress_tokens",
          "target_lookbehind",
          "temperature",
          "token_healing",
          "top_h",
          "top_k",
          "top_p",
          "typical_p",
          "use_cache",
          "watermarking_config");

  /** Names that add a part; false or 0 says that there is none. */
  private static final Set<String> PARTS =
      Set.of(
          "add_cross_attention",
          "alibi",
          "attention_bias",
          "attn_logit_softcapping",
          "clip_qkv",
          "final_logit_softcapping",
          "lm_head_bias",
          "mlp_bias",
          "n_routed_experts",
          "n_shared_experts",
          "num_experts",
          "num_local_experts",
          "qk_layernorm",
          "qk_norm",
          "qkv_bias",
          "rope_interleaved",
          "use_alibi",
          "use_bidirectional_attention",
          "use_cache_kernel",
          "use_cache_quantization",
          "use_dynamic_ntk",
          "use_logn_attn",
          "use_mla",
          "use_moe",
          "use_mtp",
          "use_qk_norm",
          "use_qkv_bias",
          "use_sliding_window");

  private HarmlessSettings() {}

  /** Returns whether a setting that no family reads changes nothing. */
  static boolean contains(String name, JsonNode value) {
    return isEmpty(value)
        || NAMES.contains(name)
        || isHarmlessKind(name)
        || (PARTS.contains(name) && isOff(value))
        || (name.equals("is_causal") && value.booleanValue());
  }

  /** Returns whether a name belongs to a group of which no member changes a forward pass. */
  private static boolean isHarmlessKind(String name) {
    return name.contains("drop") // dropout, pdrop, layerdrop, drop_path: in training only
        || Stream.of("_token_id", "_token_ids", "_token_index").anyMatch(name::endsWith)
        || Stream.of("init", "unsloth_").anyMatch(name::startsWith);
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty());
  }

  private static boolean isOff(JsonNode value) {
    return value.isBoolean() ? !value.booleanValue() : value.isNumber() && value.doubleValue() == 0;
  }
}
