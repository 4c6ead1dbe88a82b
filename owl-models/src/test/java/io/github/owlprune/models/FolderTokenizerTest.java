package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTokenizerTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "tokenizer");

  @Test
  void textsAreEncodedWithoutTruncationAndWithSpecialTokens() throws IOException {
    try (FolderTokenizer tokenizer = FolderTokenizer.open(FOLDER)) {
      assertArrayEquals(
          new int[] {0, 2, 3, 4, 2, 2, 3},
          tokenizer.encode("owl mouse cat owl owl mouse"),
          "not truncated at the file's max_length");
      assertEquals(OptionalInt.of(1), tokenizer.endOfText());
      assertEquals(OptionalInt.of(0), tokenizer.beginningOfText());
    }
  }

  @Test
  void aTokenizerWithoutPostProcessorPutsNothingBeforeATextOfItsOwn(@TempDir Path temp)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(FOLDER.resolve("tokenizer.json").toFile());
    json.putNull("post_processor");
    mapper.writeValue(temp.resolve("tokenizer.json").toFile(), json);
    try (FolderTokenizer tokenizer = FolderTokenizer.open(temp)) {
      assertEquals(OptionalInt.empty(), tokenizer.beginningOfText());
    }
  }

  @Test
  void missingAndMalformedFilesAreRejected(@TempDir Path temp) throws IOException {
    String missing =
        assertThrows(CheckpointException.class, () -> FolderTokenizer.open(temp)).getMessage();
    assertTrue(missing.contains("token ids"), missing);
    Files.writeString(temp.resolve("tokenizer.json"), "{\"model\": 1}");
    assertThrows(CheckpointException.class, () -> FolderTokenizer.open(temp));
  }

  /** Returns the end of text of a copy of the tokenizer's folder with additional files. */
  private static OptionalInt endOfText(Path folder, Map<String, String> files) throws IOException {
    Files.copy(
        FOLDER.resolve("tokenizer.json"),
        folder.resolve("tokenizer.json"),
        StandardCopyOption.REPLACE_EXISTING);
    for (String name : List.of("tokenizer_config.json", "config.json", "generation_config.json")) {
      Files.deleteIfExists(folder.resolve(name));
      if (files.containsKey(name)) {
        Files.writeString(folder.resolve(name), files.get(name));
      }
    }
    try (FolderTokenizer tokenizer = FolderTokenizer.open(folder)) {
      return tokenizer.endOfText();
    }
  }

  @Test
  void endOfTextComesFromTheTokenizerThenFromTheModel(@TempDir Path temp) throws IOException {
    String tokenizer = "tokenizer_config.json";
    String model = "config.json";
    OptionalInt none = OptionalInt.empty();
    assertEquals(none, endOfText(temp, Map.of()));
    assertEquals(
        OptionalInt.of(1), endOfText(temp, Map.of(tokenizer, "{\"eos_token\": \"</s>\"}")));
    // A word outside the vocabulary is encoded as the unknown token, which is not an end of text.
    assertEquals(none, endOfText(temp, Map.of(tokenizer, "{\"eos_token\": \"cat\"}")));
    // The word "null" is in this vocabulary, but a null setting does not mean that word.
    assertEquals(none, endOfText(temp, Map.of(tokenizer, "{\"eos_token\": null}")));
    assertEquals(
        OptionalInt.of(7),
        endOfText(
            temp, Map.of(tokenizer, "{\"eos_token\": null}", model, "{\"eos_token_id\": [7, 8]}")));
    assertEquals(
        OptionalInt.of(9),
        endOfText(
            temp,
            Map.of(
                model,
                "{\"eos_token_id\": null}",
                "generation_config.json",
                "{\"eos_token_id\": 9}")));
    assertEquals(none, endOfText(temp, Map.of(model, "{\"eos_token_id\": -1}")));
    String message =
        assertThrows(CheckpointException.class, () -> endOfText(temp, Map.of(tokenizer, "{")))
            .getMessage();
    assertTrue(message.contains(tokenizer), message);
  }

  @Test
  void theTokenNamedEndoftextComesFirst(@TempDir Path temp) throws IOException {
    String json = Files.readString(FOLDER.resolve("tokenizer.json"));
    Files.writeString(
        temp.resolve("tokenizer.json"),
        json.replace("\"mouse\"", "\"<|endoftext|>\"")
            .replace("\"Whitespace\"", "\"WhitespaceSplit\""));
    Files.writeString(temp.resolve("tokenizer_config.json"), "{\"eos_token\": \"</s>\"}");
    try (FolderTokenizer tokenizer = FolderTokenizer.open(temp)) {
      assertEquals(OptionalInt.of(3), tokenizer.endOfText());
    }
  }

  @Test
  void openingStaysOfflineAndRestoresTheSystemProperty() throws Exception {
    String before = System.getProperty("ai.djl.offline");
    FolderTokenizer.open(FOLDER).close();
    assertEquals(before, System.getProperty("ai.djl.offline"));
    // DJL has never reported to its makers.
    Field reported = Class.forName("ai.djl.util.Ec2Utils").getDeclaredField("lastCheckIn");
    reported.setAccessible(true);
    assertEquals(0L, reported.get(null));
  }
}
