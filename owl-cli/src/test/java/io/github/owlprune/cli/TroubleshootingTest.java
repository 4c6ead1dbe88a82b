package io.github.owlprune.cli;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.OpenOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the commands of docs/troubleshooting.md, which must print what the page shows. */
class TroubleshootingTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting.md");
  private static final Path DEMO =
      Path.of("../owl-examples/src/main/resources/io/github/owlprune/examples/demo-model");
  private static final Pattern SHOWN =
      Pattern.compile("```sh\\nowl (.*)\\n```\\n```text\\n([^`]*)```");

  /** The words of commands that stand for files. */
  private static final Pattern FILES =
      Pattern.compile(
          "(modle|downloads|model|no-tokenizer|pointer|page|quantized|unknown|nan|pruned|old|killed"
              + "|plans)([./].*)?|(c4|content|chat).jsonl?|(plan|edited).json");

  private static final List<String> MODELS =
      List.of("model", "no-tokenizer", "pointer", "page", "quantized", "unknown", "nan");

  @TempDir private static Path temp;

  @BeforeAll
  static void makeFiles() throws IOException {
    for (String model : MODELS) {
      Files.createDirectory(temp.resolve(model));
      for (String file : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
        Files.copy(DEMO.resolve(file), temp.resolve(model).resolve(file));
      }
    }
    Files.delete(temp.resolve("no-tokenizer/tokenizer.json"));
    Files.writeString(
        temp.resolve("pointer/model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 270000000\n");
    Files.writeString(temp.resolve("page/tokenizer.json"), "<!doctype html><title>Sign in</title>");
    addSetting("quantized", "\"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4}");
    addSetting("unknown", "\"residual_shift\": 0.5");
    spoilFirstWeight(temp.resolve("nan/model.safetensors"), "model.layers.0.mlp.down_proj.weight");
    Files.writeString(temp.resolve("content.jsonl"), "{\"content\": \"Hi\", \"url\": \"x\"}\n");
    Files.writeString(
        temp.resolve("chat.jsonl"),
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}\n");
    writeEditedPlan();
    Files.copy(DEMO.resolve("calibration.jsonl"), temp.resolve("c4.jsonl"));
    Files.createDirectory(temp.resolve("downloads"));
    Files.createDirectory(temp.resolve("old"));
    interruptWanda(temp.resolve("killed.partial"));
  }

  private static void addSetting(String model, String setting) throws IOException {
    Path config = temp.resolve(model).resolve("config.json");
    Files.writeString(config, Files.readString(config).replaceFirst("\\{", "{" + setting + ", "));
  }

  /** Makes the first element of a bfloat16 tensor NaN. */
  private static void spoilFirstWeight(Path weights, String tensor) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) file.getLong(0);
    JsonNode tensors = new ObjectMapper().readTree(bytes, Long.BYTES, header);
    int at = tensors.get(tensor).get("data_offsets").get(0).intValue();
    file.putShort(Long.BYTES + header + at, (short) 0x7fc0);
    Files.write(weights, bytes);
  }

  private static void writeEditedPlan() throws IOException {
    try (CausalLm model = CausalLm.open(temp.resolve("model"))) {
      String plan =
          Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(0.7).plan().toJson();
      Files.writeString(
          temp.resolve("edited.json"), plan.replaceFirst("(\"share\" ?: ?)0\\.7", "$170"));
    }
  }

  /** Leaves what {@code owl prune --out killed} leaves if it is killed. */
  private static void interruptWanda(Path working) throws IOException {
    OpenOptions options = OpenOptions.DEFAULT.withWorkingFolder(working);
    try (CausalLm model = CausalLm.open(temp.resolve("model"), options)) {
      Calibration drawn = Calibration.text(model.tokenizer(), temp.resolve("c4.jsonl")).length(256);
      assertThrows(
          CancellationException.class,
          () ->
              Owl.allocate(model, drawn)
                  .withProgress(
                      (doing, done, total) -> {
                        if (doing.startsWith("pruning")) {
                          throw new CancellationException(doing);
                        }
                      })
                  .prune(wanda()));
    }
  }

  static Stream<List<String>> shown() throws IOException {
    return SHOWN
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult shown) -> List.of(shown.group(1), shown.group(2)));
  }

  @ParameterizedTest
  @MethodSource("shown")
  void theCommandPrintsWhatThePageShows(List<String> shown) throws IOException {
    Ended ended =
        Ended.of(
            Splitter.on(' ')
                .splitToStream(shown.get(0))
                .map(word -> word.replace("'", ""))
                .map(word -> FILES.matcher(word).matches() ? temp.resolve(word).toString() : word)
                .toList());
    String printed =
        ended
            .err()
            .lines()
            .filter(line -> line.startsWith("owl: ") || line.startsWith("see "))
            .map(line -> line.replace(temp + "/", "") + "\n")
            .reduce("", String::concat);
    assertEquals(shown.get(1), printed);
    assertEquals(printed.contains("\nsee owl") ? 2 : 1, ended.code());
    assertFalse(Files.exists(temp.resolve("pruned")));
    assertFalse(Files.exists(temp.resolve("pruned.partial")));
  }
}
