package io.github.owlprune.models;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** The tokenizer of a Hugging Face folder, {@code tokenizer.json}; its ids equal transformers'. */
public final class FolderTokenizer implements Tokenizer, AutoCloseable {
  private static final String END_OF_TEXT = "<|endoftext|>";

  private final HuggingFaceTokenizer tokenizer;
  private final OptionalInt endOfText;

  private FolderTokenizer(HuggingFaceTokenizer tokenizer, OptionalInt endOfText) {
    this.tokenizer = tokenizer;
    this.endOfText = endOfText;
  }

  /**
   * Opens the tokenizer of a model.
   *
   * @param folder the model's folder
   * @return to be closed
   * @throws IOException if there is no {@code tokenizer.json} or it is not sound
   */
  public static FolderTokenizer open(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          folder + " holds no tokenizer.json; bring it, or give ready token ids, {\"ids\": [[…]]}");
    }
    HuggingFaceTokenizer tokenizer;
    try {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              file, Map.of("truncation", "false", "padding", "false", "modelMaxLength", "-1"));
    } catch (RuntimeException e) {
      throw new CheckpointException(file + " is no sound tokenizer: " + e.getMessage());
    }
    return new FolderTokenizer(tokenizer, endOfText(tokenizer, folder));
  }

  /** The token of that name if the vocabulary has it, else the configured end of a sequence. */
  private static OptionalInt endOfText(HuggingFaceTokenizer tokenizer, Path folder)
      throws IOException {
    OptionalInt named = single(tokenizer, END_OF_TEXT);
    Path config = folder.resolve("tokenizer_config.json");
    if (named.isPresent() || !Files.isRegularFile(config)) {
      return named;
    }
    JsonNode token = new ObjectMapper().readTree(config.toFile()).path("eos_token");
    String text = token.isObject() ? token.path("content").asText() : token.asText();
    return text.isEmpty() ? OptionalInt.empty() : single(tokenizer, text);
  }

  private static OptionalInt single(HuggingFaceTokenizer tokenizer, String token) {
    long[] ids = tokenizer.encode(token, false, false).getIds();
    return ids.length == 1 ? OptionalInt.of((int) ids[0]) : OptionalInt.empty();
  }

  @Override
  public int[] encode(String text) {
    long[] ids = tokenizer.encode(text, true, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
  }

  @Override
  public OptionalInt endOfText() {
    return endOfText;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
