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
 * The settings of a {@code config.json}. It remembers which were asked for, so that one that nobody
 * reads is refused instead of silently ignored: it might change what the model computes.
 */
public final class Settings {
  /** No model is near so wide, and four times as many still are an int. */
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
   * Wraps a configuration.
   *
   * @param file its file, for messages
   * @param config its content
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
      throw new CheckpointException(file + ": " + (path.isEmpty() ? "it" : path) + " is no object");
    }
  }

  boolean has(String name) {
    read.add(name);
    return node.hasNonNull(name);
  }

  /** Whether it is there and null, which may mean something else than that it is missing. */
  boolean isNull(String name) {
    read.add(name);
    return node.path(name).isNull();
  }

  String text(String name) throws CheckpointException {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      throw refused(name, "a text is needed");
    }
    return value.textValue();
  }

  String text(String name, String otherwise) throws CheckpointException {
    return has(name) ? text(name) : otherwise;
  }

  /** A whole number of at least 1. */
  int count(String name) throws CheckpointException {
    return count(name, Integer.MAX_VALUE, required(name));
  }

  private int count(String name, int most, JsonNode value) throws CheckpointException {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > most) {
      throw refused(name, "a whole number from 1 to " + most + " is needed");
    }
    return value.intValue();
  }

  /** A whole number from 1 to {@link #WIDEST}, of which other widths are made. */
  int width(String name) throws CheckpointException {
    return count(name, WIDEST, required(name));
  }

  int width(String name, int otherwise) throws CheckpointException {
    return has(name) ? width(name) : otherwise;
  }

  int count(String name, int otherwise) throws CheckpointException {
    return has(name) ? count(name) : otherwise;
  }

  /** A whole number of at least 0. */
  int countFromZero(String name, int otherwise) throws CheckpointException {
    return has(name) && required(name).equals(IntNode.valueOf(0)) ? 0 : count(name, otherwise);
  }

  /** A number above 0, neither too small nor too large for a float, which it is computed with. */
  double positive(String name) throws CheckpointException {
    return positive(name, required(name));
  }

  private double positive(String name, JsonNode value) throws CheckpointException {
    double number = value.doubleValue();
    if (!value.isNumber() || !(number >= Float.MIN_NORMAL) || !(number <= Float.MAX_VALUE)) {
      throw refused(
          name, "a number from " + Float.MIN_NORMAL + " to " + Float.MAX_VALUE + " is needed");
    }
    return number;
  }

  double positive(String name, double otherwise) throws CheckpointException {
    return has(name) ? positive(name) : otherwise;
  }

  boolean flag(String name, boolean otherwise) throws CheckpointException {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw refused(name, "true or false is needed");
    }
    return value.booleanValue();
  }

  List<String> texts(String name) throws CheckpointException {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(name)) {
      if (!value.isTextual()) {
        throw refused(name, "a list of texts is needed");
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  private JsonNode list(String name) throws CheckpointException {
    JsonNode value = required(name);
    if (!value.isArray()) {
      throw refused(name, "a list is needed");
    }
    return value;
  }

  Settings group(String name) throws CheckpointException {
    return new Settings(file, qualified(name), required(name));
  }

  /** The first of these groups that is there; an empty one if none is. */
  Settings firstGroup(String... names) throws CheckpointException {
    for (String name : names) {
      if (has(name)) {
        return group(name);
      }
    }
    return new Settings(file, qualified(names[0]), JsonNodeFactory.instance.objectNode());
  }

  /** Refuses a setting that is true. */
  void requireFalse(String name, String why) throws CheckpointException {
    if (flag(name, false)) {
      throw refused(name, why);
    }
  }

  /** A whole number of at least 1 that divides another setting's. */
  int divisor(String name, String of, int dividend) throws CheckpointException {
    int value = count(name);
    if (dividend % value != 0) {
      throw refused(name, "it must divide " + of + ", " + dividend);
    }
    return value;
  }

  /** As many {@linkplain #positive(String) positive} numbers. */
  double[] positives(String name, int count) throws CheckpointException {
    JsonNode values = list(name);
    double[] numbers = new double[count];
    if (values.size() != count) {
      throw refused(name, "a list of " + count + " numbers is needed");
    }
    for (int i = 0; i < count; i++) {
      numbers[i] = positive(name, values.get(i));
    }
    return numbers;
  }

  /** Says of settings of this family that they change no forward pass. */
  void harmless(String... names) {
    read.addAll(Arrays.asList(names));
  }

  private JsonNode required(String name) throws CheckpointException {
    read.add(name);
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw new CheckpointException(file + ": the setting " + qualified(name) + " is missing");
    }
    return value;
  }

  /** What to throw for a setting that cannot be taken. */
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

  /** Refuses the first setting that was neither read nor is harmless nor is null. */
  void requireAllRead() throws CheckpointException {
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      boolean known = read.contains(name) || (path.isEmpty() && HARMLESS.contains(name));
      if (!known && node.hasNonNull(name)) {
        throw refused(
            name,
            "this release does not know the setting, which may change what the model computes");
      }
    }
  }

  private String qualified(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
