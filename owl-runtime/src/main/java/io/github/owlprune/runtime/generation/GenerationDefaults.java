package io.github.owlprune.runtime.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.owlprune.runtime.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a model's folder says about generation.
 *
 * @param sampling the settings that its makers recommend
 * @param endTokens the tokens with which the model ends its turn
 */
public record GenerationDefaults(Sampling sampling, Set<Integer> endTokens) {
  private static final String GENERATION = "generation_config.json";
  private static final long LONGEST = 1_000_000;

  /** What transformers uses where a model that samples does not say. */
  private static final double TEMPERATURE = 1;

  private static final int TOP_K = 50;

  /**
   * Reads {@code generation_config.json}, and the end tokens from {@code config.json} where the
   * former has none.
   *
   * @param folder a model's folder
   * @return the defaults; greedy without end tokens if the folder says nothing
   * @throws IOException if a file cannot be read or a setting is not valid; the message names it
   */
  public static GenerationDefaults read(Path folder) throws IOException {
    Reading settings = Reading.of(folder.resolve(GENERATION));
    Set<Integer> ends = settings.ids("eos_token_id");
    if (ends.isEmpty()) {
      ends = Reading.of(folder.resolve("config.json")).ids("eos_token_id");
    }
    return new GenerationDefaults(sampling(settings), ends);
  }

  private static Sampling sampling(Reading settings) throws IOException {
    Sampling sampling = Sampling.greedy();
    if (settings.flag("do_sample")) {
      sampling =
          Sampling.random(settings.number("temperature", TEMPERATURE, 1e-6, 1e6))
              .topP(settings.number("top_p", 1, 1e-9, 1))
              .minP(settings.number("min_p", 0, 0, 1));
      int topK = (int) settings.number("top_k", TOP_K, 0, Integer.MAX_VALUE);
      sampling = topK == 0 ? sampling : sampling.topK(topK); // transformers: 0 keeps all
    }
    return sampling.repetitionPenalty(settings.number("repetition_penalty", 1, 1e-6, 1e6));
  }

  /** The settings in a file, of which any may be missing or null. */
  private record Reading(Path file, JsonNode settings) {
    static Reading of(Path file) throws IOException {
      if (!Files.isRegularFile(file)) {
        return new Reading(file, MissingNode.getInstance());
      }
      if (Files.size(file) > LONGEST) {
        throw new IOException(
            file + " has " + Files.size(file) + " bytes; at most " + LONGEST + " are accepted");
      }
      try {
        return new Reading(file, new ObjectMapper().readTree(Files.readAllBytes(file)));
      } catch (JsonProcessingException e) {
        throw new IOException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
      }
    }

    boolean flag(String name) throws IOException {
      JsonNode value = settings.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return false;
      }
      if (!value.isBoolean()) {
        throw refused(name, value, "it must be true or false");
      }
      return value.booleanValue();
    }

    double number(String name, double absent, double least, double most) throws IOException {
      JsonNode value = settings.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return absent;
      }
      double number = value.doubleValue();
      if (!value.isNumber() || !(number >= least && number <= most)) {
        throw refused(name, value, "it must be a number from " + least + " to " + most);
      }
      return number;
    }

    /** Returns one token id or a list of them. */
    Set<Integer> ids(String name) throws IOException {
      JsonNode value = settings.path(name);
      Set<Integer> ids = new TreeSet<>();
      if (value.isMissingNode() || value.isNull()) {
        return ids;
      }
      for (JsonNode id : value.isArray() ? value : Set.of(value)) {
        if (!id.canConvertToInt() || !id.isIntegralNumber() || id.intValue() < 0) {
          throw refused(name, value, "it must be a token id or a list of token ids");
        }
        ids.add(id.intValue());
      }
      return ids;
    }

    private IOException refused(String name, JsonNode value, String allowed) {
      String shown = value.toString();
      return new IOException(
          file
              + ": the setting "
              + name
              + " is "
              + shown.substring(0, Math.min(80, shown.length()))
              + "; "
              + allowed);
    }
  }
}
