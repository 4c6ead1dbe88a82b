package io.github.owlprune.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
  private static final Charset UTF8 = StandardCharsets.UTF_8;

  @TempDir private Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static List<String> read(Documents documents) throws IOException {
    List<String> texts = new ArrayList<>();
    try (DocumentPass pass = documents.open()) {
      while (pass.next()) {
        texts.add(pass.text());
      }
    }
    assertEquals(texts.size(), documents.count());
    return texts;
  }

  private static String refusal(Path file) {
    String message =
        assertThrows(IOException.class, () -> Documents.in(file).joined()).getMessage();
    assertTrue(message.contains(String.valueOf(file.getFileName())), message);
    return message;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] zstd(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = new ZstdOutputStream(out)) {
      zstd.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] both(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static String json(String text) {
    return "{\"n\": NaN, \"text\": \"" + text + "\", \"m\": {\"text\": [-Infinity, 1e999]}}";
  }

  @Property(tries = 100)
  void anyContainerHasTheSameRows(@ForAll @Size(min = 1, max = 20) List<Integer> numbers)
      throws IOException {
    List<String> texts = numbers.stream().map(n -> "ü" + n).toList();
    byte[] lines =
        texts.stream().map(t -> json(t) + "\r\n\n").collect(Collectors.joining()).getBytes(UTF8);
    byte[] array =
        texts.stream()
            .map(DocumentsTest::json)
            .collect(Collectors.joining(",\n", " [", "]\n"))
            .getBytes(UTF8);
    byte[] mark = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
      Path file = files.getPath("/c4-train.00000-of-01024.json");
      Path upper = files.getPath("/ROWS.JSONL");
      Path unknown = files.getPath("/rows");
      for (byte[] plain : List.of(lines, array)) {
        for (byte[] content : List.of(plain, both(mark, plain))) {
          for (byte[] stored : List.of(content, gzip(content), zstd(content))) {
            for (Path path : List.of(file, upper, unknown)) {
              assertEquals(texts, read(Documents.in(Files.write(path, stored))));
            }
          }
        }
      }
      byte[] members = both(gzip(lines), gzip(lines));
      assertEquals(2 * texts.size(), read(Documents.in(Files.write(file, members))).size());
      byte[] frames = both(zstd(lines), zstd(lines));
      assertEquals(2 * texts.size(), read(Documents.in(Files.write(file, frames))).size());
    }
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
    assertEquals(List.of("a\nb", "", "ü"), read(Documents.in(rows)));
    assertEquals("a\nb\n\n\n\nü", Documents.in(rows).joined());
  }

  @Test
  void longRowsAmongShortOnesAreRead() throws IOException {
    String large = "y".repeat(1_000_000);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add(i % 7 == 3 ? large + i : "short " + i);
    }
    String lines =
        texts.stream().map(t -> "{\"text\": \"" + t + "\"}").collect(Collectors.joining("\n"));
    assertEquals(texts, read(Documents.in(file("d.jsonl", lines))));
  }

  @Test
  void aTextFileIsOneUnchangedDocument() throws IOException {
    for (String name : List.of("d.txt", "D.TXT")) {
      Path text = file(name, "x\n\ny\n");
      assertEquals(List.of("x\n\ny\n"), read(Documents.in(text)));
      assertEquals("x\n\ny\n", Documents.in(text).joined());
    }
    assertEquals(List.of("x"), read(Documents.in(file("mark.txt", "\uFEFFx"))));
    Path gzip = Files.write(folder.resolve("d.txt.gz"), gzip("x".getBytes(UTF8)));
    assertEquals(List.of("x"), read(Documents.in(gzip)));
  }

  @Test
  void theFieldIsChosen() throws IOException {
    Path rows =
        file("d.jsonl", "{\"a\": {\"b\": \"nested\"}, \"a.c\": \"dotted\", \"text\": \"t\"}\n");
    assertEquals(List.of("t"), read(Documents.in(rows)));
    assertEquals(List.of("nested"), read(Documents.in(rows).field("a.b")));
    assertEquals(List.of("dotted"), read(Documents.in(rows).field("a.c")));
    String message =
        assertThrows(IOException.class, () -> Documents.in(rows).field("content").joined())
            .getMessage();
    assertTrue(message.contains("line 1 has no field \"content\""), message);
    assertTrue(message.contains("\"a\", \"a.c\", \"text\""), message);
    assertThrows(IllegalArgumentException.class, () -> Documents.in(rows).field(" "));
  }

  @Test
  void chatsAreRenderedByTheTemplate() throws IOException {
    Path rows =
        file(
            "d.jsonl",
            """
            {"messages": [{"role": "user", "content": "hello"}, {"role": "bot", "content": "hi"}]}
            {"messages": [{"role": "user", "content": "bye"}], "text": "text comes first"}
            """);
    Documents documents = Documents.in(rows);
    String message = assertThrows(IOException.class, documents::joined).getMessage();
    assertTrue(message.contains("line 1 holds chat messages"), message);
    ChatTemplate template =
        messages ->
            messages.stream()
                .map(m -> m.get("role") + ": " + m.get("content"))
                .collect(Collectors.joining("|"));
    assertEquals(
        List.of("user: hello|bot: hi", "text comes first"), read(documents.chatTemplate(template)));
    assertEquals(
        List.of("user: hello|bot: hi", "user: bye"),
        read(documents.field("messages").chatTemplate(template)));
    ChatTemplate refusing =
        messages -> {
          throw new IllegalArgumentException("roles must alternate");
        };
    String refused =
        assertThrows(IOException.class, documents.chatTemplate(refusing)::joined).getMessage();
    assertTrue(refused.contains("line 1: roles must alternate"), refused);
    for (String bad : List.of("[]", "[1]", "[{\"content\": \"a\"}]", "[{\"role\": 1}]")) {
      String shape = refusal(file("bad.jsonl", "{\"messages\": " + bad + "}"));
      assertTrue(shape.contains("line 1") && shape.contains("\"role\""), shape);
    }
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
    for (String bad : List.of("1", "{\"text\": 1}", "{\"text\": \"b\"", "{\"text\" \"b\"}")) {
      String message = refusal(file("d.json", "[{\"text\": \"a\"},\n" + bad + "]"));
      assertTrue(message.contains("row 2"), bad + ": " + message);
    }
    assertTrue(refusal(file("e.json", "[{\"text\": \"a\"}] 1")).contains("continues"));
    assertTrue(refusal(file("e.json", "[{\"text\": \"a\"}")).contains("e.json"));
  }

  @Test
  void filesWithoutReadableTextAreRefused() throws IOException {
    byte[] latin = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xe4, '"', '}'};
    for (String name : List.of("d.txt", "d.jsonl")) {
      assertTrue(refusal(file(name, "")).contains("no text"));
      Path file = Files.write(folder.resolve(name), latin);
      String message = refusal(file);
      assertTrue(message.contains("UTF-8: byte 10 is 0xE4"), message);
      Files.delete(file);
      assertTrue(refusal(file).contains("does not exist"));
      Files.createDirectory(file);
      assertTrue(refusal(file).contains("no .jsonl"));
    }
    assertTrue(refusal(file("e.jsonl", "{\"text\": \"\"}\n")).contains("no text"));
  }

  @Test
  void damagedCompressionIsNamed() throws IOException {
    byte[] plain = "{\"text\": \"some text\"}\n".repeat(100).getBytes(UTF8);
    for (String kind : List.of("gzip", "zstd")) {
      byte[] whole = kind.equals("gzip") ? gzip(plain) : zstd(plain);
      Path cut = Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(whole, whole.length - 9));
      assertTrue(refusal(cut).contains("incomplete " + kind), refusal(cut));
      for (int at = 6; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= 0x55;
        Path file = Files.write(folder.resolve("changed.jsonl"), changed);
        try {
          Documents.in(file).joined();
        } catch (IOException e) {
          assertTrue(e.getMessage().contains("changed.jsonl"), e.getMessage());
        }
      }
    }
  }

  @Test
  void anEndlessLineIsRefused() throws IOException {
    byte[] part = new byte[1 << 20];
    Arrays.fill(part, (byte) 'x');
    for (String start : List.of("{\"text\": \"", "[{\"text\": \"")) {
      Path bomb = folder.resolve("bomb.jsonl.gz");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
        out.write(start.getBytes(UTF8));
        for (int i = 0; i < 300; i++) {
          out.write(part);
        }
      }
      String message = refusal(bomb);
      assertTrue(message.contains("larg"), message);
    }
  }

  @Test
  void foldersAndGlobsAreReadInTheOrderOfNames() throws IOException {
    file("b.jsonl", "{\"text\": \"2\"}");
    Files.write(folder.resolve("a.json.gz"), gzip("[{\"text\": \"1\"}]".getBytes(UTF8)));
    file("README.md", "# no data");
    file(".hidden.txt", "no data");
    Files.createDirectory(folder.resolve("deep"));
    file("deep/c.jsonl", "{\"text\": \"3\"}");
    assertEquals(List.of("1", "2"), read(Documents.in(folder)));
    assertEquals(List.of("2"), read(Documents.in(folder + "/*.jsonl")));
    assertEquals(List.of("3"), read(Documents.in(folder + "/d*/?.jsonl")));
    assertEquals(List.of("2", "3"), read(Documents.in(folder + "/{,**/}*.jsonl")));
    Path odd = file("[odd].jsonl", "{\"text\": \"4\"}");
    assertEquals(List.of("4"), read(Documents.in(odd)), "a file's own name is no glob");
    file("z.txt", "text");
    String mixed =
        assertThrows(IllegalArgumentException.class, () -> Documents.in(folder)).getMessage();
    assertTrue(mixed.contains("mixes formats") && mixed.contains("z.txt is text"), mixed);
    String none =
        assertThrows(IOException.class, () -> Documents.in(folder + "/*.parquet")).getMessage();
    assertTrue(none.contains("no file matches"), none);
    String noFolder =
        assertThrows(IOException.class, () -> Documents.in(folder + "/none/*.txt")).getMessage();
    assertTrue(noFolder.contains("none does not exist"), noFolder);
  }

  @Test
  void aFileThatChangesIsNoticed() throws IOException {
    Path file = file("d.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n");
    Documents documents = Documents.in(file);
    Files.writeString(file, "{\"text\": \"a\"}\n");
    assertTrue(assertThrows(IOException.class, documents::count).getMessage().contains("changed"));
    Documents same = Documents.in(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertTrue(assertThrows(IOException.class, same::joined).getMessage().contains("changed"));
  }

  @Test
  void otherKindsOfFileAreRefused() throws IOException {
    for (String name : List.of("d.csv", "d", "txt")) {
      for (boolean exists : new boolean[] {false, true}) {
        if (exists) {
          file(name, "a,b\n");
        }
        String message =
            assertThrows(IllegalArgumentException.class, () -> Documents.in(folder.resolve(name)))
                .getMessage();
        assertTrue(message.contains(".jsonl"), message);
      }
    }
    Path parquet = file("d.parquet", "PAR1");
    String message =
        assertThrows(IllegalArgumentException.class, () -> Documents.in(parquet)).getMessage();
    assertTrue(message.contains("owl-parquet"), message);
  }
}
