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
import java.io.IOException;
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
    return Ended.of(words);
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
    assertTrue(pruned.err().contains("multiply-adds"), pruned.err());
    assertTrue(pruned.err().contains("100 % pruning model.layers.2"), pruned.err());
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
        info.out().contains("F32 weights in 1 MiB of files, output head of its own"), info.out());
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
    assertTrue(tuned.err().contains("multiply-adds"), tuned.err());
    assertTrue(tuned.err().contains("reads the blocks' weights"), tuned.err());
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
    assertTrue(analyzed.err().contains("multiply-adds"), analyzed.err());
    assertTrue(analyzed.err().contains("100 % sparsegpt, owl: model.layers.2"), analyzed.err());
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
        "2 | must be above 0 | analyze LLAMA --calibration CALIB --thresholds 3,0",
        "2 | no linear's name | analyze LLAMA --calibration CALIB --linears nothing",
        "1 | NOWHERE | analyze LLAMA --calibration NOWHERE.json",
        "2 | --sparsity | prune LLAMA --out OUT --sparsity much --calibration CALIB",
        "2 | --method | prune LLAMA --out OUT --method guess --calibration CALIB",
        "2 | --text | eval LLAMA",
        "2 | Unknown option | info LLAMA --colour",
        "1 | no folder | info NOWHERE",
        "1 | no folder | prune NOWHERE --out OUT --calibration CALIB",
        "2 | must be at least 0 and below 1 | prune LLAMA --out OUT --calibration CALIB --sparsity"
            + " 1.5",
        "2 | 0 and below 1 | prune LLAMA --out OUT --calibration CALIB --lambda -1",
        "2 | must be above 0 | prune LLAMA --out OUT --calibration CALIB --threshold 0",
        "2 | --threads': 0 was given | prune LLAMA --out OUT --calibration CALIB --threads 0",
        "2 | omit one of the two | prune LLAMA --out OUT --calibration CALIB --pattern 2:4"
            + " --sparsity 0.7",
        "2 | nothing to decide | prune LLAMA --out OUT --calibration CALIB --pattern 2:4"
            + " --allocation owl",
        "2 | omit one of the two | prune LLAMA --out OUT --calibration CALIB --pattern 2:4"
            + " --mixed-pattern 8",
        "2 | does not divide | prune LLAMA --out OUT --calibration CALIB --mixed-pattern 7",
        "2 | form N:M | prune LLAMA --out OUT --calibration CALIB --pattern half",
        "2 | does not divide | prune LLAMA --out OUT --calibration CALIB --pattern 2:7",
        "2 | no linear's name | prune LLAMA --out OUT --calibration CALIB --linears nothing",
        "2 | is not one of | prune LLAMA --out OUT --calibration CALIB --allocation fair",
        "2 | conflicts with --plan | prune LLAMA --out OUT --calibration CALIB --plan P"
            + " --sparsity 0.6",
        "2 | --calibration is required | tune LLAMA",
        "2 | one value | tune LLAMA --calibration CALIB --lambda 0.1,0.2,0.3",
        "2 | 0 and below 1 | tune LLAMA --calibration CALIB --lambda 2",
        "2 | 0 was given; at least 1 | tune LLAMA --calibration CALIB --candidates 0",
        "2 | is not one of | tune LLAMA --calibration CALIB --allocations owl,fair",
        "1 | NOWHERE | prune LLAMA --out OUT --calibration NOWHERE.json",
        "2 | is not a size | prune LLAMA --out OUT --calibration CALIB --memory 4.5",
        "1 | increase --memory | prune LLAMA --out OUT --calibration CALIB --memory 9m",
        "1 | increase --memory | plan LLAMA --calibration CALIB --memory 9m",
        "1 | increase --memory | tune LLAMA --calibration CALIB --memory 9m",
        "1 | increase --memory | analyze LLAMA --calibration CALIB --memory 9m",
        "1 | tokenizer.json | prune LLAMA --out OUT --calibration POM.txt",
        "1 | exists | prune LLAMA --out LLAMA --calibration CALIB",
        "1 | no folder | prune LLAMA --out NOWHERE/OUT --method magnitude --allocation uniform",
        "2 | at least 1 | eval LLAMA --ids CALIB --windows 0",
        "2 | for 70 % give 0.7 | prune LLAMA --out OUT --calibration CALIB --sparsity 70",
        "2 | for 62.5 % give 0.625 | tune LLAMA --calibration CALIB --sparsity 62.5%",
        "2 | 0 and below 1 | prune LLAMA --out OUT --calibration CALIB --sparsity NaN",
        "2 | 'two' is not a whole number | eval LLAMA --ids CALIB --threads two",
        "2 | wanda, sparsegpt, admm, magnitude | prune LLAMA --out OUT --method gptq",
        "2 | a [ without a ] | plan LLAMA --calibration CALIB --linears [a",
        "2 | did you mean --methods | analyze LLAMA --method wanda --calibration CALIB",
        "2 | the commands are prune, plan | prun LLAMA --out OUT",
        "2 | 0 was given; at least 1 | plan LLAMA --calibration CALIB --sequences 0",
        "1 | no folder | plan LLAMA --calibration CALIB --json NOWHERE/p.json",
        "1 | no folder | plan LLAMA --calibration CALIB --recipe NOWHERE/p.yaml",
        "1 | no folder | tune LLAMA --calibration CALIB --json NOWHERE/p.json",
        "1 | no folder | prune LLAMA --calibration CALIB --out OUT --report NOWHERE/r.json",
        "1 | no folder | analyze LLAMA --calibration CALIB --json NOWHERE/r.json",
        "1 | no folder | analyze LLAMA --calibration CALIB --html NOWHERE/r.html",
        "1 | no folder | analyze LLAMA --calibration CALIB --charts NOWHERE/charts",
        "1 | no folder | eval LLAMA --ids CALIB --json NOWHERE/r.json",
        "1 | is a file | analyze LLAMA --calibration CALIB --charts POM.txt",
        "1 | is a folder | plan LLAMA --calibration CALIB --json LLAMA",
        "1 | the path of --calibration | plan LLAMA --calibration POM.txt --json POM.txt",
        "1 | the path of --ids | eval LLAMA --ids POM.txt --json POM.txt",
        "1 | the path of --html | analyze LLAMA --calibration CALIB --json NEW --html NEW",
        "1 | no file NOWHERE.jsonl; check --calibration | plan LLAMA --calibration NOWHERE.jsonl",
        "1 | no file NOWHERE.txt; check --text | eval LLAMA --text NOWHERE.txt",
        "1 | no file NOWHERE; check --plan | prune LLAMA --calibration CALIB --out OUT --plan"
            + " NOWHERE"
      })
  void whatFailsSaysWhyInOneLine(int code, String part, String line, @TempDir Path temp)
      throws IOException {
    Files.writeString(temp.resolve("some.txt"), "text");
    String placed =
        Strings.nullToEmpty(line)
            .replace("NOWHERE", temp.resolve("nowhere").toString())
            .replace("OUT", temp.resolve("out").toString())
            .replace("POM", temp.resolve("some").toString())
            .replace("NEW", temp.resolve("new").toString());
    Ended ended = owl(placed);
    assertEquals(code, ended.code(), ended.err());
    assertTrue(
        ended.err().replace(temp.toString() + "/nowhere", "NOWHERE").contains(part), ended.err());
    assertTrue(ended.err().startsWith("owl: "), ended.err());
    if (code == 1) {
      assertEquals(1, ended.err().lines().count(), ended.err());
    } else {
      String see = ended.err().lines().skip(1).findFirst().orElse("");
      assertTrue(see.matches("see owl( \\w+)? --help"), ended.err());
      assertEquals(2, ended.err().lines().count(), ended.err());
    }
    assertFalse(Files.exists(temp.resolve("out")));
    assertFalse(Files.exists(temp.resolve("out.partial")));
  }

  @Test
  void aFileOfTheModelIsNeverOverwritten(@TempDir Path temp) throws IOException {
    Path config = Files.copy(LLAMA.resolve("config.json"), temp.resolve("config.json"));
    Ended ended = owl("plan {} --calibration CALIB --json {}", temp, config);
    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("is a file in the model's folder"), ended.err());
  }

  @Test
  void resultsGoToTheOutputAndProgressToTheErrorOutput() {
    Ended planned = owl("plan LLAMA --calibration CALIB");
    assertTrue(planned.out().startsWith("owl, S = 0.7"), planned.out());
    assertFalse(planned.out().contains(" % measuring"), planned.out());
    assertTrue(planned.err().contains("100 % measuring"), planned.err());
  }

  @Test
  void aResultIsPrintedEvenIfItsFileCannotBeWritten(@TempDir Path temp) throws IOException {
    Path json = temp.resolve("eval.json");
    Files.createDirectory(temp.resolve("eval.json.part")); // in the way of the temporary file
    Files.createFile(temp.resolve("eval.json.part").resolve("full"));
    Ended ended = owl("eval LLAMA --ids CALIB --json {}", json);
    assertEquals(1, ended.code());
    assertTrue(ended.out().startsWith("perplexity "), ended.out());
    assertTrue(ended.err().contains("could not be written"), ended.err());
    assertTrue(ended.err().contains("the result is printed above"), ended.err());
  }

  @Test
  void aPrunedModelIsSavedBeforeItsReportFails(@TempDir Path temp) throws IOException {
    Path out = temp.resolve("out");
    Files.createDirectory(temp.resolve("report.json.part"));
    Files.createFile(temp.resolve("report.json.part").resolve("full"));
    Ended ended =
        owl(
            "prune LLAMA --out {} --calibration CALIB --report {}",
            out,
            temp.resolve("report.json"));
    assertEquals(1, ended.code());
    assertTrue(ended.err().contains(out + " is complete and contains a copy"), ended.err());
    Report.fromJson(Files.readString(out.resolve("owl-report.json")));
  }

  @Test
  void theDefaultLengthIsAtMostTheContext() {
    Path demo =
        Path.of("../owl-examples/src/main/resources/io/github/owlprune/examples/demo-model");
    Ended eval = owl("eval {} --text {} --windows 2", demo, demo.resolve("evaluation.txt"));
    assertEquals(0, eval.code(), eval.err());
    assertTrue(eval.out().contains("over 2 windows, 512 tokens"), eval.out());
    Ended longer = owl("eval {} --text {} --length 257", demo, demo.resolve("evaluation.txt"));
    assertEquals(2, longer.code());
    assertTrue(longer.err().contains("the model's context is 256 tokens"), longer.err());
  }

  @Test
  void restartDiscardsOnlyWhatARunHasLeft(@TempDir Path temp) throws IOException {
    Path out = temp.resolve("out");
    Path partial = Files.createDirectory(temp.resolve("out.partial"));
    Path mine = Files.createFile(partial.resolve("thesis.txt"));
    String line = "prune LLAMA --out {} --method magnitude --allocation uniform";
    Ended refused = owl(line, out);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("is not empty"), refused.err());
    Ended kept = owl(line + " --restart", out);
    assertEquals(1, kept.code());
    assertTrue(kept.err().contains("contains thesis.txt, which no run has written"), kept.err());
    Files.delete(mine);
    Files.createDirectories(partial.resolve("model"));
    assertEquals(1, owl(line, out).code());
    Ended restarted = owl(line + " --restart", out);
    assertEquals(0, restarted.code(), restarted.err());
    assertFalse(Files.exists(partial));
  }

  @Test
  void theOriginalIsNeverTouched(@TempDir Path temp) throws IOException {
    byte[] before = Files.readAllBytes(LLAMA.resolve("model.safetensors"));
    owl("prune LLAMA --out {} --calibration CALIB", temp.resolve("out"));
    assertArrayEquals(before, Files.readAllBytes(LLAMA.resolve("model.safetensors")));
  }
}
