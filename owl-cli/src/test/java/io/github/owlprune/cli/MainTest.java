package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.compress.OutputError;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.plan.LlmCompressorModifier;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private static final Path LLAMA = Path.of(System.getProperty("owl.golden"), "llama");
  private static final String CALIBRATION = LLAMA.resolve("calib.json").toString();

  private record Ended(int code, String out, String err) {}

  /**
   * Runs the command. In its line, LLAMA and CALIB stand for the golden model and its calibration,
   * and every {@code {}} for the next value.
   */
  private static Ended owl(String line, Object... values) {
    Iterator<Object> next = Arrays.asList(values).iterator();
    List<String> words = new ArrayList<>();
    for (String word : line.isEmpty() ? List.<String>of() : Splitter.on(' ').splitToList(line)) {
      words.add(
          switch (word) {
            case "LLAMA" -> LLAMA.toString();
            case "CALIB" -> CALIBRATION;
            case "{}" -> next.next().toString();
            default -> word;
          });
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream failed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(failed, true, StandardCharsets.UTF_8));
    try {
      int code = Main.execute(words.toArray(new String[0]));
      return new Ended(
          code, printed.toString(StandardCharsets.UTF_8), failed.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void pruneMakesAFolderThatEvalAndInfoRead(@TempDir Path temp) throws IOException {
    Path out = temp.resolve("pruned");
    Path report = temp.resolve("report.json");
    Ended pruned =
        owl(
            "prune LLAMA --out {} --calibration CALIB --mapping reference --threads 2 --report {}",
            out,
            report);
    assertEquals(0, pruned.code(), pruned.err());
    assertTrue(pruned.out().contains("multiply-adds"), pruned.out());
    assertTrue(pruned.out().contains("100 % pruning model.layers.2"), pruned.out());
    Report read = Report.fromJson(Files.readString(report));
    assertEquals("wanda", read.pruner());
    assertEquals(read, Report.fromJson(Files.readString(out.resolve("owl-report.json"))));
    assertFalse(Files.exists(temp.resolve("pruned.partial")));

    Path json = temp.resolve("eval.json");
    Ended eval = owl("eval {} --ids {} --json {}", out, LLAMA.resolve("eval.json"), json);
    assertEquals(0, eval.code(), eval.err());
    // The result of the reference with the same settings, float32 in both.
    double ppl = new ObjectMapper().readTree(json.toFile()).path("perplexity").asDouble();
    assertEquals(566.6667508648651, ppl, 1e-4 * ppl);

    Ended info = owl("info {}", out);
    assertEquals(0, info.code(), info.err());
    assertTrue(info.out().contains("llama: 3 blocks, hidden size 48"), info.out());
    assertTrue(
        info.out().matches("(?s).*model.layers.2.mlp.up_proj +\\[80, 48\\] sparsity 0.79.*"),
        info.out());
  }

  @Test
  void aTunedPlanIsPrunedBy(@TempDir Path temp) throws IOException {
    Path plan = temp.resolve("plan.json");
    Ended tuned =
        owl(
            "tune LLAMA --calibration CALIB --sparsity 0.6 --lambda 0.05,0.15 --candidates 12"
                + " --threads 2 --json {}",
            plan);
    assertEquals(0, tuned.code(), tuned.err());
    assertTrue(tuned.out().contains("multiply-adds"), tuned.out());
    assertTrue(tuned.out().contains("reads the blocks' weights"), tuned.out());
    assertTrue(tuned.out().contains("12 candidates at S = 0.6"), tuned.out());
    assertTrue(tuned.out().contains("owl M=10.0"), tuned.out());
    Path out = temp.resolve("pruned");
    Ended pruned = owl("prune LLAMA --out {} --calibration CALIB --plan {}", out, plan);
    assertEquals(0, pruned.code(), pruned.err());
    Report report = Report.fromJson(Files.readString(out.resolve("owl-report.json")));
    assertEquals(Plan.fromJson(Files.readString(plan)), report.plan());
    assertEquals(0.6, report.achieved(), 0.02, "floor leaves each of 48 to 80 columns up to one");
  }

  @Test
  void refitLowersEveryOutputError(@TempDir Path temp) throws IOException {
    Path report = temp.resolve("report.json");
    Ended pruned =
        owl(
            "prune LLAMA --out {} --calibration CALIB --refit --report {}",
            temp.resolve("pruned"),
            report);
    assertEquals(0, pruned.code(), pruned.err());
    assertTrue(pruned.out().contains("layers.2.mlp.down_proj: output error, "), pruned.out());
    Report read = Report.fromJson(Files.readString(report));
    assertEquals("wanda+refit", read.pruner());
    for (Report.PrunedBlock block : read.blocks()) {
      for (Report.PrunedLinear linear : block.linears()) {
        double masked = linear.outputErrors().get(0).relative();
        double fitted = linear.outputErrors().get(1).relative();
        assertTrue(fitted < masked && masked < 1, linear.name() + ": " + masked + ", " + fitted);
      }
    }
  }

  @Test
  void sparseGptCompensatesAndRefitGainsMore(@TempDir Path temp) throws IOException {
    Path report = temp.resolve("report.json");
    Ended pruned =
        owl(
            "prune LLAMA --out {} --calibration CALIB --method sparsegpt --refit --report {}",
            temp.resolve("pruned"),
            report);
    assertEquals(0, pruned.code(), pruned.err());
    Report read = Report.fromJson(Files.readString(report));
    assertEquals("sparsegpt+refit", read.pruner());
    assertEquals(0.7, read.achieved(), 0.001);
    for (Report.PrunedBlock block : read.blocks()) {
      for (Report.PrunedLinear linear : block.linears()) {
        List<OutputError> errors = linear.outputErrors();
        assertEquals(
            List.of("mask", "sparsegpt", "refit"),
            errors.stream().map(OutputError::after).toList());
        assertTrue(errors.get(2).relative() < errors.get(1).relative(), linear.name());
        assertTrue(errors.get(2).relative() < errors.get(0).relative(), linear.name());
      }
    }
  }

  @Test
  void admmPrunesALayerAsAWhole(@TempDir Path temp) throws IOException {
    Path report = temp.resolve("report.json");
    Path out = temp.resolve("pruned");
    Ended pruned =
        owl("prune LLAMA --out {} --calibration CALIB --method admm --report {}", out, report);
    assertEquals(0, pruned.code(), pruned.err());
    assertTrue(pruned.out().contains("layers.2.mlp.down_proj: output error, "), pruned.out());
    Report read = Report.fromJson(Files.readString(report));
    assertEquals("admm", read.pruner());
    assertEquals(0.7, read.achieved(), 0.001, "floor leaves each linear up to one");
    for (Report.PrunedBlock block : read.blocks()) {
      for (Report.PrunedLinear linear : block.linears()) {
        List<OutputError> errors = linear.outputErrors();
        assertEquals(List.of("mask", "admm"), errors.stream().map(OutputError::after).toList());
        assertTrue(errors.get(1).relative() < errors.get(0).relative(), linear.name());
      }
    }
    Ended eval = owl("eval {} --ids {}", out, LLAMA.resolve("eval.json"));
    assertEquals(0, eval.code(), eval.err());
  }

  @Test
  void refitNeedsCalibrationEvenForMagnitude(@TempDir Path temp) {
    Ended ended =
        owl(
            "prune LLAMA --out {} --method magnitude --allocation uniform --refit",
            temp.resolve("pruned"));
    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("--calibration is required"), ended.err());
  }

  @Test
  void planWritesWhatPruneFollows(@TempDir Path temp) throws IOException {
    Path json = temp.resolve("plan.json");
    Path out = temp.resolve("pruned");
    Ended planned = owl("plan LLAMA --calibration CALIB --sparsity 0.6 --json {}", json);
    assertEquals(0, planned.code(), planned.err());
    assertTrue(planned.out().contains("outlier ratio"), planned.out());
    assertEquals(0, owl("prune LLAMA --out {} --calibration CALIB --sparsity 0.6", out).code());
    assertEquals(
        Plan.fromJson(Files.readString(json)),
        Plan.fromJson(Files.readString(out.resolve("owl-plan.json"))));
  }

  @Test
  void shapesAloneAllocateLinearsWithoutCalibration(@TempDir Path temp) throws IOException {
    Path json = temp.resolve("plan.json");
    Ended planned = owl("plan LLAMA --allocation er-plus --json {}", json);
    assertEquals(0, planned.code(), planned.err());
    Plan plan = Plan.fromJson(Files.readString(json));
    assertEquals(Granularity.LINEAR, plan.granularity());
    List<Plan.PlannedLinear> last = plan.blocks().get(plan.blocks().size() - 1).linears();
    // The very last linear stays dense, as far as the box allows.
    assertEquals(0.62, last.get(last.size() - 1).sparsity().zeros(), 1e-12);
    assertTrue(last.get(0).sparsity().zeros() > 0.62);
  }

  @Test
  void mixedPatternsArePrunedAsPlanned(@TempDir Path temp) throws IOException {
    Path json = temp.resolve("plan.json");
    Path recipe = temp.resolve("recipe.yaml");
    Path out = temp.resolve("pruned");
    String mixed = " --calibration CALIB --sparsity 0.6 --lambda 0.2 --mixed-pattern 8";
    Ended planned = owl("plan LLAMA --json {} --recipe {}" + mixed, json, recipe);
    assertEquals(0, planned.code(), planned.err());
    Plan plan = Plan.fromJson(Files.readString(json));
    // 3 blocks keep 8 · 0.4 · 3 = 9.6 of 24 weights, rounded to 10.
    assertEquals(
        10,
        plan.blocks().stream()
            .mapToInt(b -> ((Sparsity.NOfM) b.linears().get(0).sparsity()).kept())
            .sum());
    assertEquals(plan.toLlmCompressorRecipe(LlmCompressorModifier.WANDA), Files.readString(recipe));
    Ended pruned = owl("prune LLAMA --out {}" + mixed, out);
    assertEquals(0, pruned.code(), pruned.err());
    Report report = Report.fromJson(Files.readString(out.resolve("owl-report.json")));
    assertEquals(plan, report.plan());
    assertEquals(1 - 10.0 / 24, report.achieved(), 1e-12);
  }

  @Test
  void spectraNeedNoCalibration() {
    Ended planned = owl("plan LLAMA --allocation alpha --threads 2");
    assertEquals(0, planned.code(), planned.err());
    assertTrue(planned.out().contains("spectral exponent"), planned.out());
  }

  @Test
  void magnitudeAndUniformNeedNoCalibration(@TempDir Path temp) throws IOException {
    Path out = temp.resolve("pruned");
    Ended pruned =
        owl("prune LLAMA --out {} --method magnitude --allocation uniform --linears *.mlp.*", out);
    assertEquals(0, pruned.code(), pruned.err());
    Report report = Report.fromJson(Files.readString(out.resolve("owl-report.json")));
    assertEquals(3, report.blocks().get(0).linears().size());
  }

  @Test
  void analyzeWritesAReportThatNeedsNothingElse(@TempDir Path temp) throws IOException {
    Path json = temp.resolve("analysis.json");
    Path html = temp.resolve("report.html");
    Path charts = temp.resolve("charts");
    Ended analyzed =
        owl(
            "analyze LLAMA --calibration CALIB --methods magnitude,wanda,sparsegpt --baseline"
                + " --json {} --html {} --charts {}",
            json,
            html,
            charts);
    assertEquals(0, analyzed.code(), analyzed.err());
    assertTrue(analyzed.out().contains("multiply-adds"), analyzed.out());
    assertTrue(analyzed.out().contains("100 % sparsegpt, owl: model.layers.2"), analyzed.out());
    AnalysisResult analysis = AnalysisResult.fromJson(Files.readString(json));
    assertTrue(analyzed.out().contains(analysis.toString()), analyzed.out());
    // Two scores of a block may be within rounding error of the threshold.
    double twoWeights = 200.0 / analysis.dense().blocks().get(0).weights();
    assertArrayEquals(referenceRatios(), analysis.dense().blockRatios(5), twoWeights);
    assertEquals(
        List.of(
            "magnitude, uniform",
            "wanda, uniform",
            "sparsegpt, uniform",
            "magnitude, owl",
            "wanda, owl",
            "sparsegpt, owl"),
        analysis.pruned().stream().map(AnalysisResult.AfterPruning::name).toList());
    Document page = Jsoup.parse(html.toFile());
    assertEquals("llama", page.select("h1").first().ownText());
    assertEquals(analysis.summary(), page.select("#summary li").eachText());
    assertEquals(3, page.select("img[src^=data:image/svg+xml;base64,]").size());
    assertEquals(3, page.select("img").size());
    try (Stream<Path> files = Files.list(charts)) {
      assertEquals(
          List.of(
              "changes.png",
              "changes.svg",
              "outlier-ratios.png",
              "outlier-ratios.svg",
              "sparsities.png",
              "sparsities.svg"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  private static double[] referenceRatios() throws IOException {
    for (JsonNode run : new ObjectMapper().readTree(LLAMA.resolve("pruned.json").toFile())) {
      if (run.path("outlier_ratio").size() > 0 && run.path("M").asDouble() == 5) {
        return StreamSupport.stream(run.path("outlier_ratio").spliterator(), false)
            .mapToDouble(JsonNode::asDouble)
            .toArray();
      }
    }
    throw new AssertionError("no run with outlier ratios");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | a command is required |",
        "2 | --out | prune LLAMA",
        "2 | --calibration is required | prune LLAMA --out OUT",
        "2 | --calibration is required | plan LLAMA",
        "2 | --calibration is required | analyze LLAMA",
        "2 | --methods | analyze LLAMA --calibration CALIB --methods guess",
        "2 | --thresholds | analyze LLAMA --calibration CALIB --thresholds 3,much",
        "2 | give --methods | analyze LLAMA --calibration CALIB --baseline",
        "2 | not uniform | analyze LLAMA --calibration CALIB --methods wanda --baseline"
            + " --allocation uniform",
        "1 | threshold M = 0.0 | analyze LLAMA --calibration CALIB --thresholds 3,0",
        "1 | no linear's name | analyze LLAMA --calibration CALIB --linears nothing",
        "1 | NOWHERE | analyze LLAMA --calibration NOWHERE.json",
        "2 | --sparsity | prune LLAMA --out OUT --sparsity much --calibration CALIB",
        "2 | --method | prune LLAMA --out OUT --method guess --calibration CALIB",
        "2 | --text | eval LLAMA",
        "2 | Unknown option | info LLAMA --colour",
        "1 | no folder | info NOWHERE",
        "1 | no folder | prune NOWHERE --out OUT --calibration CALIB",
        "1 | must be at least 0 and below 1 | prune LLAMA --out OUT --calibration CALIB --sparsity"
            + " 1.5",
        "1 | lambda | prune LLAMA --out OUT --calibration CALIB --lambda -1",
        "1 | threshold M | prune LLAMA --out OUT --calibration CALIB --threshold 0",
        "1 | threads | prune LLAMA --out OUT --calibration CALIB --threads 0",
        "1 | omit one of the two | prune LLAMA --out OUT --calibration CALIB --pattern 2:4"
            + " --sparsity 0.7",
        "1 | nothing to decide | prune LLAMA --out OUT --calibration CALIB --pattern 2:4"
            + " --allocation owl",
        "1 | omit one of the two | prune LLAMA --out OUT --calibration CALIB --pattern 2:4"
            + " --mixed-pattern 8",
        "1 | does not divide | prune LLAMA --out OUT --calibration CALIB --mixed-pattern 7",
        "1 | form N:M | prune LLAMA --out OUT --calibration CALIB --pattern half",
        "1 | does not divide | prune LLAMA --out OUT --calibration CALIB --pattern 2:7",
        "1 | no linear's name | prune LLAMA --out OUT --calibration CALIB --linears nothing",
        "2 | is not an allocator | prune LLAMA --out OUT --calibration CALIB --allocation fair",
        "2 | conflicts with --plan | prune LLAMA --out OUT --calibration CALIB --plan P"
            + " --sparsity 0.6",
        "2 | --calibration is required | tune LLAMA",
        "2 | one value | tune LLAMA --calibration CALIB --lambda 0.1,0.2,0.3",
        "1 | lambda = 2.0 | tune LLAMA --calibration CALIB --lambda 2",
        "1 | 0 candidates | tune LLAMA --calibration CALIB --candidates 0",
        "2 | is not an allocator | tune LLAMA --calibration CALIB --allocations owl,fair",
        "1 | NOWHERE | prune LLAMA --out OUT --calibration NOWHERE.json",
        "2 | is not a size | prune LLAMA --out OUT --calibration CALIB --memory 4.5",
        "1 | increase --memory | prune LLAMA --out OUT --calibration CALIB --memory 9m",
        "1 | increase --memory | plan LLAMA --calibration CALIB --memory 9m",
        "1 | increase --memory | tune LLAMA --calibration CALIB --memory 9m",
        "1 | increase --memory | analyze LLAMA --calibration CALIB --memory 9m",
        "1 | tokenizer.json | prune LLAMA --out OUT --calibration POM.txt",
        "1 | exists | prune LLAMA --out LLAMA --calibration CALIB",
        "1 | no folder | prune LLAMA --out NOWHERE/OUT --method magnitude --allocation uniform",
        "1 | at least 1 | eval LLAMA --ids CALIB --windows 0"
      })
  void whatFailsSaysWhyInOneLine(int code, String part, String line, @TempDir Path temp)
      throws IOException {
    Files.writeString(temp.resolve("some.txt"), "text");
    String placed =
        Strings.nullToEmpty(line)
            .replace("NOWHERE", temp.resolve("nowhere").toString())
            .replace("OUT", temp.resolve("out").toString())
            .replace("POM", temp.resolve("some").toString());
    Ended ended = owl(placed);
    assertEquals(code, ended.code(), ended.err());
    assertTrue(
        ended.err().replace(temp.toString() + "/nowhere", "NOWHERE").contains(part), ended.err());
    if (code == 1) {
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertTrue(ended.err().startsWith("owl: "), ended.err());
    }
    assertFalse(Files.exists(temp.resolve("out")));
    assertFalse(Files.exists(temp.resolve("out.partial")));
  }

  @Test
  void theOriginalIsNeverTouched(@TempDir Path temp) throws IOException {
    byte[] before = Files.readAllBytes(LLAMA.resolve("model.safetensors"));
    owl("prune LLAMA --out {} --calibration CALIB", temp.resolve("out"));
    assertArrayEquals(before, Files.readAllBytes(LLAMA.resolve("model.safetensors")));
  }
}
