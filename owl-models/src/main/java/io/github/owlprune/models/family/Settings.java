package io.github.owlprune.models.family;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The settings in a {@code config.json}. Settings that are neither read nor known to be harmless
 * are rejected, because they might change what the model computes.
 */
public final class Settings {
  /** The largest accepted width; four times as much still fits an int. */
  static final int WIDEST = 1 << 24;

  /** Settings that do not change a forward pass over whole sequences. */
  private static final Set<String> HARMLESS =
      Set.of(
          "architectures",
          "attention_dropout",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "sep_token_id",
          "unk_token_id",
          "decoder_start_token_id",
          "dtype",
          "torch_dtype",
          "initializer_range",
          "transformers_version",
          "use_cache",
          "_name_or_path",
          "pretraining_tp",
          "output_attentions",
          "output_hidden_states",
          "return_dict",
          "torchscript",
          "use_bfloat16",
          "tf_legacy_loss",
          "chunk_size_feed_forward",
          "is_decoder",
          "is_encoder_decoder",
          "max_length",
          "min_length",
          "do_sample",
          "early_stopping",
          "num_beams",
          "num_beam_groups",
          "diversity_penalty",
          "temperature",
          "top_k",
          "top_p",
          "typical_p",
          "repetition_penalty",
          "length_penalty",
          "no_repeat_ngram_size",
          "encoder_no_repeat_ngram_size",
          "bad_words_ids",
          "num_return_sequences",
          "output_scores",
          "return_dict_in_generate",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "remove_invalid_values",
          "exponential_decay_length_penalty",
          "suppress_tokens",
          "begin_suppress_tokens",
          "finetuning_task",
          "id2label",
          "label2id",
          "tokenizer_class",
          "prefix",
          "task_specific_params",
          "problem_type",
          "is_llama_config",
          "attn_implementation",
          "_attn_implementation_autoset");

  private final Path file;
  private final String path;
  private final JsonNode node;
  private final Set<String> read = new HashSet<>();

  /**
   * Creates the settings of a configuration.
   *
   * @param file the configuration's file, for messages
   * @param config the configuration's content
   * @throws CheckpointException if it is not a JSON object
   */
  public Settings(Path file, JsonNode config) throws CheckpointException {
    this(file, "", config);
  }

  private Settings(Path file, String path, JsonNode node) throws CheckpointException {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!node.isObject()) {
      throw new CheckpointException(
          file
              + ": "
              + (path.isEmpty() ? "the configuration" : "the setting " + path)
              + " is not a JSON object; fix or download it again");
    }
  }

  /** Returns whether a setting is present and not null. */
  boolean has(String name) {
    read.add(name);
    return node.hasNonNull(name);
  }

  /**
   * Returns whether a setting is present and null, which may differ in meaning from a missing one.
   */
  boolean isNull(String name) {
    read.add(name);
    return node.path(name).isNull();
  }

  /** Returns a text. */
  String text(String name) throws CheckpointException {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      throw refused(name, "it must be a text");
    }
    return value.textValue();
  }

  String text(String name, String defaultValue) throws CheckpointException {
    return has(name) ? text(name) : defaultValue;
  }

  /** Returns an integer of at least 1. */
  int count(String name) throws CheckpointException {
    return count(name, Integer.MAX_VALUE, required(name));
  }

  private int count(String name, int most, JsonNode value) throws CheckpointException {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > most) {
      throw refused(name, "it must be an integer from 1 to " + most);
    }
    return value.intValue();
  }

  /** Returns an integer from 1 to {@link #WIDEST}, from which other widths are derived. */
  int width(String name) throws CheckpointException {
    return count(name, WIDEST, required(name));
  }

  int width(String name, int defaultValue) throws CheckpointException {
    return has(name) ? width(name) : defaultValue;
  }

  int count(String name, int defaultValue) throws CheckpointException {
    return has(name) ? count(name) : defaultValue;
  }

  /** Returns an integer of at least 0. */
  int countFromZero(String name, int defaultValue) throws CheckpointException {
    return has(name) && required(name).equals(IntNode.valueOf(0)) ? 0 : count(name, defaultValue);
  }

  /** Returns a positive number within the range of normal floats. */
  double positive(String name) throws CheckpointException {
    return positive(name, required(name));
  }

  private double positive(String name, JsonNode value) throws CheckpointException {
    double number = value.doubleValue();
    if (!value.isNumber() || !(number >= Float.MIN_NORMAL) || !(number <= Float.MAX_VALUE)) {
      throw refused(
          name, "it must be a number from " + Float.MIN_NORMAL + " to " + Float.MAX_VALUE);
    }
    return number;
  }

  double positive(String name, double defaultValue) throws CheckpointException {
    return has(name) ? positive(name) : defaultValue;
  }

  boolean flag(String name, boolean defaultValue) throws CheckpointException {
    if (!has(name)) {
      return defaultValue;
    }
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw refused(name, "it must be true or false");
    }
    return value.booleanValue();
  }

  List<String> texts(String name) throws CheckpointException {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(name)) {
      if (!value.isTextual()) {
        throw refused(name, "it must be a list of texts");
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  private JsonNode list(String name) throws CheckpointException {
    JsonNode value = required(name);
    if (!value.isArray()) {
      throw refused(name, "it must be a list");
    }
    return value;
  }

  /** Returns a nested object of settings. */
  Settings group(String name) throws CheckpointException {
    return new Settings(file, qualified(name), required(name));
  }

  /** Returns the first of these nested objects that is present, or an empty one. */
  Settings firstGroup(String... names) throws CheckpointException {
    for (String name : names) {
      if (has(name)) {
        return group(name);
      }
    }
    return new Settings(file, qualified(names[0]), JsonNodeFactory.instance.objectNode());
  }

  /** Checks that a setting is false or missing. */
  void requireFalse(String name, String why) throws CheckpointException {
    if (flag(name, false)) {
      throw refused(name, why);
    }
  }

  /** Returns an integer of at least 1 that divides another setting's value. */
  int divisor(String name, String of, int dividend) throws CheckpointException {
    int value = count(name);
    if (dividend % value != 0) {
      throw refused(name, "it must divide " + of + ", which is " + dividend);
    }
    return value;
  }

  /** Returns a list of {@code count} numbers, each {@linkplain #positive(String) positive}. */
  double[] positives(String name, int count) throws CheckpointException {
    JsonNode values = list(name);
    double[] numbers = new double[count];
    if (values.size() != count) {
      throw refused(name, "it must be a list of " + count + " numbers");
    }
    for (int i = 0; i < count; i++) {
      numbers[i] = positive(name, values.get(i));
    }
    return numbers;
  }

  /** Declares settings of this family that do not change a forward pass. */
  void harmless(String... names) {
    read.addAll(Arrays.asList(names));
  }

  private JsonNode required(String name) throws CheckpointException {
    read.add(name);
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw new CheckpointException(
          file + ": the setting " + qualified(name) + " is missing; add it to the file");
    }
    return value;
  }

  /** Creates the exception for a setting whose value is not accepted. */
  CheckpointException refused(String name, String allowed) {
    return new CheckpointException(
        file
            + ": the setting "
            + shown(qualified(name))
            + " is "
            + shown(node.get(name))
            + "; "
            + allowed);
  }

  /** Checks that every setting was read, is harmless or is null. */
  void requireAllRead() throws CheckpointException {
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      boolean known = read.contains(name) || (path.isEmpty() && HARMLESS.contains(name));
      if (!known && node.hasNonNull(name)) {
        throw refused(
            name,
            "this release does not support the setting, which may change what the model computes");
      }
    }
  }

  private String qualified(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
