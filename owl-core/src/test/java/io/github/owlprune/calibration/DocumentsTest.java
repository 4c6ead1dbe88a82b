package io.github.owlprune.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
  @TempDir private Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static String refusal(Path file) {
    String message = assertThrows(IOException.class, () -> Documents.read(file)).getMessage();
    assertTrue(message.contains(String.valueOf(file.getFileName())), message);
    return message;
  }

  @Test
  void everyRowIsADocumentAndOtherFieldsAreSkipped() throws IOException {
    Path rows =
        file(
            "d.jsonl",
            """
            {"text": "a\\nb"}
            {"id": {"text": "no"}, "text": ""}

            {"text": "ü", "tags": ["text", [1]]}\
            """);
    assertEquals(List.of("a\nb", "", "ü"), Documents.read(rows));
    assertEquals("a\nb\n\n\n\nü", Documents.joined(rows));
  }

  @Test
  void aTextFileIsOneUnchangedDocument() throws IOException {
    Path text = file("d.txt", "x\n\ny\n");
    assertEquals(List.of("x\n\ny\n"), Documents.read(text));
    assertEquals("x\n\ny\n", Documents.joined(text));
  }

  @Test
  void aMalformedRowIsNamedByItsLine() throws IOException {
    for (String bad :
        List.of(
            "{\"txt\": \"b\"}",
            "{\"text\": null}",
            "{\"text\": 1}",
            "{\"text\": [\"b\"]}",
            "{\"in\": {\"text\": \"b\"}}",
            "\"text\"",
            "[{\"text\": \"b\"}]",
            "{\"text\": \"b\"",
            "{\"text\": \"b",
            "{\"text\": \"b\"} {\"text\": \"c\"}",
            "{\"text\": \"b\", \"text\": \"c\"}",
            "b")) {
      String message = refusal(file("d.jsonl", "{\"text\": \"a\"}\n\n" + bad + "\n"));
      assertTrue(message.contains("line 3"), bad + ": " + message);
    }
  }

  @Test
  void filesWithoutReadableTextAreRefused() throws IOException {
    byte[] latin = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xe4, '"', '}'};
    for (String name : List.of("d.txt", "d.jsonl")) {
      assertTrue(refusal(file(name, "")).contains("no text"));
      Path file = Files.write(folder.resolve(name), latin);
      assertTrue(refusal(file).contains("UTF-8"));
      Files.delete(file);
      assertTrue(refusal(file).contains("does not exist"));
      Files.createDirectory(file);
      assertTrue(refusal(file).contains("does not exist"));
    }
    assertTrue(refusal(file("e.jsonl", "{\"text\": \"\"}\n")).contains("no text"));
  }

  @Test
  void otherKindsOfFileAreRefused() {
    for (String name : List.of("d.csv", "d", "d.json", "txt")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Documents.read(folder.resolve(name)))
              .getMessage();
      assertTrue(message.contains(".jsonl"), message);
    }
  }
}
