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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings in a {@code config.json}. Settings that are neither read nor known to be harmless
 * are rejected, because they might change what the model computes.
 */
public final class Settings {
  /** The largest accepted width; four times as much still fits an int. */
  static final int WIDEST = 1 << 24;

  private final Path file;
  private final String path;
  private final JsonNode node;
  private final UnknownSettings unknown; // shared by all groups
  private final Set<String> read = new HashSet<>();

  /**
   * Creates the settings of a configuration.
   *
   * @param file the configuration's file, for messages
   * @param config the configuration's content
   * @throws CheckpointException if it is not a JSON object
   */
  public Settings(Path file, JsonNode config) throws CheckpointException {
    this(file, config, Set.of());
  }

  /**
   * Creates the settings of a configuration of which some are ignored.
   *
   * @param file the configuration's file, for messages
   * @param config the configuration's content
   * @param ignored names of unknown settings to ignore; a setting in a group is named with its
   *     group, such as {@code rope_scaling.alpha}
   * @throws CheckpointException if it is not a JSON object
   */
  public Settings(Path file, JsonNode config, Set<String> ignored) throws CheckpointException {
    this(file, "", config, new UnknownSettings(file, ignored));
  }

  private Settings(Path file, String path, JsonNode node, UnknownSettings unknown)
      throws CheckpointException {
    this.file = file;
    this.path = path;
    this.unknown = unknown;
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

  /** Returns 0 or a {@linkplain #positive(String) positive} number. */
  double fromZero(String name) throws CheckpointException {
    JsonNode value = required(name);
    return value.isNumber() && value.doubleValue() == 0 ? 0 : positive(name, value);
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

  /** Returns a list of block numbers, empty if the setting is missing or null. */
  Set<Integer> indices(String name) throws CheckpointException {
    Set<Integer> indices = new HashSet<>();
    if (has(name)) {
      for (JsonNode value : list(name)) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
          throw refused(name, "it must be a list of integers from 0 on");
        }
        indices.add(value.intValue());
      }
    }
    return indices;
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
    return new Settings(file, qualified(name), required(name), unknown);
  }

  /** Returns the first of these nested objects that is present, or an empty one. */
  Settings firstGroup(String... names) throws CheckpointException {
    for (String name : names) {
      if (has(name)) {
        return group(name);
      }
    }
    return new Settings(file, qualified(names[0]), JsonNodeFactory.instance.objectNode(), unknown);
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

  /** Returns a list of {@code count} flags, each written as 0 or 1. */
  boolean[] bits(String name, int count) throws CheckpointException {
    JsonNode values = list(name);
    if (values.size() != count) {
      throw refused(name, "it must be a list of " + count + " numbers");
    }
    boolean[] bits = new boolean[count];
    for (int i = 0; i < count; i++) {
      if (!values.get(i).isIntegralNumber() || values.get(i).asInt(2) >>> 1 != 0) {
        throw refused(name, "each of its numbers must be 0 or 1");
      }
      bits[i] = values.get(i).intValue() == 1;
    }
    return bits;
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

  /**
   * Checks that every setting was read, is harmless, or is ignored. A group only notes its unknown
   * settings; the configuration then rejects those of all groups together.
   */
  void requireAllRead() throws CheckpointException {
    for (Map.Entry<String, JsonNode> setting : node.properties()) {
      String name = setting.getKey();
      JsonNode value = setting.getValue();
      boolean known =
          read.contains(name)
              || HarmlessSettings.contains(name, value)
              || (Quantization.SETTINGS.contains(name) && Quantization.isLeftOver(value));
      if (!known) {
        unknown.add(qualified(name), value);
      }
    }
    if (path.isEmpty()) {
      unknown.requireAllIgnored();
    }
  }

  /** Returns what a person should know about settings that were ignored, one sentence each. */
  List<String> remarks() {
    return unknown.remarks();
  }

  private String qualified(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
