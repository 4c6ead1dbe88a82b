package io.github.owlprune.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.models.safetensors.FileKind;
import io.github.owlprune.models.safetensors.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads JSON files of a folder. */
public final class JsonFile {
  private JsonFile() {}

  /**
   * Returns the object in a file.
   *
   * @param file the file, in UTF-8
   * @param longest the most bytes that are read
   * @return the object
   * @throws IOException if the file is missing, longer, or contains anything but one JSON object
   */
  public static JsonNode object(Path file, long longest) throws IOException {
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
    FileKind.requireOther(file);
    byte[] text = Files.readAllBytes(file);
    return StrictJson.object(file.toString(), text, 0, text.length);
  }
}
