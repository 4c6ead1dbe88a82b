package io.github.owlprune.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.models.safetensors.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON files of a folder. */
final class JsonFile {
  private JsonFile() {}

  /**
   * The object in a file.
   *
   * @param longest more bytes are refused unread
   */
  static JsonNode object(Path file, long longest) throws IOException {
    long size = Files.size(file);
    if (size > longest) {
      throw new CheckpointException(
          file
              + " has "
              + size
              + " bytes; a file of its kind has far fewer than "
              + longest
              + ": fetch it anew");
    }
    byte[] text = Files.readAllBytes(file);
    return StrictJson.object(file.toString(), text, 0, text.length);
  }
}
