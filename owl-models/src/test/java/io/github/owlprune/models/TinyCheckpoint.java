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

/** Files for tests that break things. */
public final class TinyCheckpoint {
  private TinyCheckpoint() {}

  /** A safetensors file of a header and data. */
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

  /** A copy of the golden LLaMA that may be damaged. */
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

  /** The names in a folder, sorted. */
  public static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }
}
