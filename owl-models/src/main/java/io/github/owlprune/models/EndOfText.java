package io.github.owlprune.models;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.safetensors.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Finds the token that separates documents. */
final class EndOfText {
  private static final String NAME = "<|endoftext|>";
  private static final long LONGEST = 10_000_000; // bytes of a file

  // A file of many small values would take much more memory than its text.
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxTokenCount(1_000_000).build())
              .build());

  private EndOfText() {}

  /**
   * Returns the id of {@code <|endoftext|>}, else of the tokenizer's end-of-sequence token, else of
   * the model's.
   */
  static OptionalInt find(HuggingFaceTokenizer tokenizer, Path folder) throws IOException {
    OptionalInt named = id(tokenizer, NAME);
    if (named.isPresent()) {
      return named;
    }
    JsonNode token = json(folder.resolve("tokenizer_config.json")).path("eos_token");
    JsonNode text = token.isObject() ? token.path("content") : token;
    OptionalInt end = text.isTextual() ? id(tokenizer, text.textValue()) : OptionalInt.empty();
    if (end.isPresent()) {
      return end;
    }
    for (String file : List.of("config.json", "generation_config.json")) {
      JsonNode id = json(folder.resolve(file)).path("eos_token_id");
      JsonNode first = id.isArray() ? id.path(0) : id;
      if (first.isInt() && first.intValue() >= 0) {
        return OptionalInt.of(first.intValue());
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Returns the id of a token, if it is in the vocabulary and not replaced by the unknown token.
   */
  private static OptionalInt id(HuggingFaceTokenizer tokenizer, String token) {
    Encoding encoding = tokenizer.encode(token, false, false);
    boolean known = encoding.getIds().length == 1 && encoding.getTokens()[0].equals(token);
    return known ? OptionalInt.of((int) encoding.getIds()[0]) : OptionalInt.empty();
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    FileKind.requireOther(file);
    long size = Files.size(file);
    if (size > LONGEST) {
      throw new CheckpointException(
          file + " has " + size + " bytes; at most " + LONGEST + " are supported");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return JSON.readTree(in);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          file + " is not valid JSON: " + e.getOriginalMessage() + "; fix or download it again");
    }
  }
}
