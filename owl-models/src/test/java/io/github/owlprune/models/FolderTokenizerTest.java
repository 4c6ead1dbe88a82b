package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTokenizerTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "tokenizer");

  @Test
  void wholeTextsAreEncodedWithThePostProcessorsTokens() throws IOException {
    try (FolderTokenizer tokenizer = FolderTokenizer.open(FOLDER)) {
      assertArrayEquals(
          new int[] {0, 2, 3, 4, 2, 2, 3},
          tokenizer.encode("owl mouse cat owl owl mouse"),
          "not cut at the file's max_length");
      assertEquals(OptionalInt.of(1), tokenizer.endOfText());
    }
  }

  @Test
  void missingAndDamagedFilesAreRefused(@TempDir Path temp) throws IOException {
    String missing =
        assertThrows(CheckpointException.class, () -> FolderTokenizer.open(temp)).getMessage();
    assertTrue(missing.contains("token ids"), missing);
    Files.writeString(temp.resolve("tokenizer.json"), "{\"model\": 1}");
    assertThrows(CheckpointException.class, () -> FolderTokenizer.open(temp));
  }
}
