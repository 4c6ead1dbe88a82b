package io.github.owlprune.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExamplesTest {
  private interface Program {
    void run() throws IOException;
  }

  private static String printed(Program program) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theDemoPrintsItsTableAndDrawsItsChart(@TempDir Path temp) throws IOException {
    Path chart = temp.resolve("charts").resolve("demo.png");
    String out =
        printed(
            () ->
                assertEquals(
                    0,
                    new CommandLine(new Demo())
                        .execute(
                            "--sequences",
                            "4",
                            "--length",
                            "64",
                            "--windows",
                            "2",
                            "--chart",
                            chart.toString())));
    assertTrue(out.contains("magnitude"), out);
    assertTrue(out.contains("0.80"), out);
    assertTrue(out.contains("model.layers.5"), out);
    byte[] png = Files.readAllBytes(chart);
    assertEquals("PNG", new String(png, 1, 3, StandardCharsets.US_ASCII));
  }

  @Test
  void aPlanIsSavedLoadedAndApplied(@TempDir Path temp) throws IOException {
    try (DemoModel demo = DemoModel.unpack()) {
      Path plan = temp.resolve("plan.json");
      Path out = temp.resolve("pruned");
      String printed =
          printed(
              () ->
                  PlanThenPrune.main(
                      new String[] {
                        demo.folder().toString(),
                        demo.calibration().toString(),
                        plan.toString(),
                        out.toString()
                      }));
      assertTrue(printed.contains("owl by wanda, S = 0.6"), printed);
      assertEquals(Files.readString(plan), Files.readString(out.resolve("owl-plan.json")));
      assertTrue(Files.exists(out.resolve("tokenizer.json")));
    }
  }

  @Test
  void aNetworkOfOnesOwnIsPruned() throws IOException {
    String out = printed(() -> CustomModel.main(new String[0]));
    assertTrue(out.contains("layer.3"), out);
    assertTrue(out.contains("S = 0.6"), out);
  }

  @Test
  void aVisionTransformerIsPruned() throws IOException {
    String out = printed(() -> VisionTransformer.main(new String[0]));
    assertTrue(out.contains("encoder.5"), out);
    assertTrue(out.contains("wanda+refit"), out);
  }
}
