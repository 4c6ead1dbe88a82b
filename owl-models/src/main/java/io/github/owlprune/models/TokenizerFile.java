package io.github.owlprune.models;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Properties;

/** Explains why a {@code tokenizer.json} cannot be loaded. */
final class TokenizerFile {
  private static final String VERSION = "/native/lib/tokenizers.properties";

  private TokenizerFile() {}

  /**
   * Creates the exception for a file that the tokenizers library rejects. If it is sound JSON, it
   * was most likely written by a newer version of that library, and downloading it again is no
   * help.
   *
   * @param file the file
   * @param reason the library's message
   * @throws IOException if the file cannot be read
   */
  static CheckpointException rejected(Path file, String reason) throws IOException {
    try {
      requireJson(file);
    } catch (JsonProcessingException e) {
      return new CheckpointException(
          file + " is not valid JSON: " + e.getOriginalMessage() + "; download it again");
    }
    return new CheckpointException(
        file
            + " cannot be read by version "
            + version()
            + " of the tokenizers library ("
            + reason
            + "); it was probably written by a newer one. Save it again with this version"
            + " (AutoTokenizer.from_pretrained, save_pretrained), or give token ids,"
            + " {\"ids\": [[…]]}");
  }

  private static void requireJson(Path file) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      while (parser.nextToken() != null) {
        // only well-formedness counts, and nothing is kept
      }
    }
  }

  /** Returns the version of the tokenizers library that DJL contains, such as 0.21.0. */
  private static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = HuggingFaceTokenizer.class.getResourceAsStream(VERSION)) {
      if (in != null) {
        properties.load(in);
      }
    }
    String both = properties.getProperty("version", "unknown"); // tokenizers' and DJL's
    return both.contains("-") ? both.substring(0, both.indexOf('-')) : both;
  }
}
