package io.github.owlprune.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Creates small files for tests that damage them. */
public final class TinyCheckpoint {
  private TinyCheckpoint() {}

  /** Returns a safetensors file with a header and data. */
  public static byte[] safetensors(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, json.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(length.array());
    out.writeBytes(json);
    out.writeBytes(data);
    return out.toByteArray();
  }

  /** Creates a copy of the golden LLaMA that a test may damage. */
  public static Path llama(Path temp) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("llama"));
    for (String file :
        new String[] {"config.json", "generation_config.json", "model.safetensors"}) {
      Files.copy(
          Golden.FOLDER.resolve("llama").resolve(file),
          folder.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
  }

  /** Returns the sorted names of the files in a folder. */
  public static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }
}
