package io.github.owlprune.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.models.safetensors.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads JSON files of a folder. */
final class JsonFile {
  private JsonFile() {}

  /**
   * Returns the object in a file.
   *
   * @param longest the most bytes that are read
   */
  static JsonNode object(Path file, long longest) throws IOException {
    long size = Files.size(file);
    if (size > longest) {
      throw new CheckpointException(
          file
              + " has "
              + size
              + " bytes; at most "
              + longest
              + " are supported: download it again");
    }
    byte[] text = Files.readAllBytes(file);
    return StrictJson.object(file.toString(), text, 0, text.length);
  }
}
