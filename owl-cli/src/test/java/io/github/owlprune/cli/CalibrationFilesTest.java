package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calibration and evaluation text in the files that people have. */
class CalibrationFilesTest {
  private static final Path LLAMA = Path.of(System.getProperty("owl.golden"), "llama");

  /** Words of one letter are tokens. */
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
       "decoder": null, "model": {"type": "WordLevel", "unk_token": "a", "vocab": {%s}}}\
      """
          .formatted(
              IntStream.range(0, 26)
                  .mapToObj(i -> "\"" + (char) ('a' + i) + "\": " + i)
                  .collect(Collectors.joining(", ")));

  private static final String TEXT = "a b c d e f g h i j k l m n o p q r s t u v w x y z";

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void modelWithTokenizer() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(LLAMA.resolve(name), model.resolve(name));
    }
    Files.writeString(model.resolve("tokenizer.json"), TOKENIZER);
  }

  private static Ended owl(Object... words) {
    return Ended.of(Stream.of(words).map(Object::toString).toList());
  }

  /** Returns the plan's JSON for some calibration, without the name of its file. */
  private String plan(Path file, Object... more) throws IOException {
    Path json = folder.resolve("plan.json");
    Object[] first = {"plan", model, "--calibration", file, "--json", json};
    Ended ended = owl(Stream.concat(Stream.of(first), Stream.of(more)).toArray());
    assertEquals(0, ended.code(), ended.err());
    return Files.readString(json).replaceAll("\"calibration\" *: *\"[^\"]*\"", "");
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void everyKindOfFileGivesTheSamePlan() throws IOException {
    String row = "{\"text\": \"" + TEXT + "\", \"loss\": NaN}";
    String rows = (row + "\n").repeat(4);
    Path gzip = folder.resolve("c4.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(rows.getBytes(StandardCharsets.UTF_8));
    }
    Object[] options = {"--sequences", 2, "--length", 16};
    String expected = plan(file("rows.jsonl", rows), options);
    for (Path file :
        List.of(
            file("UPPER.JSONL", rows),
            file("c4-train.00000-of-01024.json", rows),
            file("array.json", "[" + row + ("," + row).repeat(3) + "]"),
            file("mark.jsonl", "\uFEFF" + rows),
            gzip,
            folder.resolve("*.gz"))) {
      assertEquals(expected, plan(file, options), file.toString());
    }
    Path other = file("content.jsonl", rows.replace("\"text\"", "\"content\""));
    assertEquals(expected, plan(other, "--field", "content", "--sequences", 2, "--length", 16));
    Ended without = owl("plan", model, "--calibration", other);
    assertEquals(1, without.code());
    assertTrue(without.err().contains("it has \"content\", \"loss\""), without.err());
  }

  @Test
  void optionsOfTextApplyToReadyIds() throws IOException {
    Path three = file("three.json", "{\"ids\": [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11]]}");
    Path some = file("some.json", "{\"ids\": [[1, 2, 3], [5, 6, 7]]}");
    assertEquals(plan(some), plan(three, "--sequences", 2, "--length", 3));
    for (List<Object> refused :
        List.<List<Object>>of(
            List.of("--sequences", 4),
            List.of("--length", 4),
            List.of("--seed", 1),
            List.of("--field", "ids"))) {
      Ended ended = owl("plan", model, "--calibration", three, refused.get(0), refused.get(1));
      boolean misused = List.of("--seed", "--field").contains(refused.get(0));
      assertEquals(misused ? 2 : 1, ended.code());
      assertTrue(
          ended.err().contains("request 1 to 3")
              || ended.err().contains("remove " + refused.get(0)),
          ended.err());
    }
  }

  @Test
  void evaluationReadsTheSameFiles() throws IOException {
    String row = "{\"content\": \"" + TEXT + "\"}\n";
    Path rows = file("rows.json", row + row);
    Ended ended = owl("eval", model, "--text", rows, "--field", "content", "--length", 13);
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("52 tokens"), ended.out());
  }
}
