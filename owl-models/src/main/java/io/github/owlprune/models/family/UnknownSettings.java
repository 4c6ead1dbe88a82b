package io.github.owlprune.models.family;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings of a configuration that no family reads and that may change what the model computes.
 * All are rejected together, except those that the user chose to ignore.
 */
final class UnknownSettings {
  private static final int MOST_SHOWN = 6;
  private static final int LONGEST_SHOWN = 40; // characters
  private static final int MOST_KEPT = 1000; // a hostile file may have millions

  private final Path file;
  private final Set<String> toIgnore;
  private final Map<String, JsonNode> ignored = new TreeMap<>(); // by qualified name
  private final Map<String, JsonNode> rejected = new TreeMap<>();

  /**
   * Creates the empty set.
   *
   * @param file the configuration's file, for messages
   * @param toIgnore qualified names of settings to ignore, such as {@code rope_scaling.alpha}
   */
  UnknownSettings(Path file, Set<String> toIgnore) {
    this.file = file;
    this.toIgnore = Set.copyOf(toIgnore);
  }

  /** Adds an unknown setting by its qualified name. */
  void add(String name, JsonNode value) {
    if (toIgnore.contains(name)) {
      ignored.put(name, value);
    } else if (rejected.size() < MOST_KEPT || Quantization.SETTINGS.contains(name)) {
      rejected.put(name, value);
    }
  }

  /**
   * Checks that every unknown setting is to be ignored, and every setting to ignore is unknown.
   *
   * @throws CheckpointException if not; the message names all of them
   */
  void requireAllIgnored() throws CheckpointException {
    for (String name : Quantization.SETTINGS) {
      if (rejected.containsKey(name)) {
        throw Quantization.refused(file, name, rejected.get(name));
      }
    }
    if (!rejected.isEmpty()) {
      throw new CheckpointException(
          file
              + ": this release does not support "
              + (rejected.size() == 1 ? "the setting " : "these settings: ")
              + shownSettings(rejected)
              + ". An unknown setting may change what the model computes; if you know that it does"
              + " not, ignore it by name ("
              + rejected.keySet().stream()
                  .limit(MOST_SHOWN)
                  .map(name -> "--ignore-setting " + cut(name))
                  .collect(Collectors.joining(" "))
              + "; in a program OpenOptions.withIgnoredSettings)");
    }
    Set<String> pointless = new TreeSet<>(toIgnore);
    pointless.removeAll(ignored.keySet());
    if (!pointless.isEmpty()) {
      throw new CheckpointException(
          file
              + ": "
              + pointless.stream().map(UnknownSettings::cut).collect(Collectors.joining(", "))
              + " cannot be ignored; only a setting that is in the file and that this release does"
              + " not know can be"
              + (ignored.isEmpty() ? ", and there is none" : ": " + shownSettings(ignored)));
    }
  }

  /** Returns a sentence about each ignored setting. */
  List<String> remarks() {
    return ignored.entrySet().stream()
        .map(
            s ->
                "the setting "
                    + s.getKey()
                    + " = "
                    + cut(s.getValue())
                    + " was ignored on request; if it changes what the model computes, the results"
                    + " are wrong")
        .toList();
  }

  private static String shownSettings(Map<String, JsonNode> settings) {
    int more = settings.size() - MOST_SHOWN;
    return settings.entrySet().stream()
            .limit(MOST_SHOWN)
            .map(s -> cut(s.getKey()) + " = " + cut(s.getValue()))
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + (settings.size() < MOST_KEPT ? " more" : " or more") : "");
  }

  private static String cut(Object part) {
    String text = shown(part);
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }
}
