package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code owl prune} in a separate process that is killed as by {@code kill -9}. */
class KilledTest {
  private static final Path LLAMA = Path.of(System.getProperty("owl.golden"), "llama");
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private static Path temp;
  private static Path whole;

  private static Process prune(Path out, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "prune",
                LLAMA.toString(),
                "--out",
                out.toString(),
                "--calibration",
                LLAMA.resolve("calib.json").toString()));
    words.addAll(List.of(more));
    return new ProcessBuilder(words).redirectErrorStream(true).start();
  }

  private static String printed(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @BeforeAll
  static void pruneUndisturbed() throws IOException, InterruptedException {
    whole = temp.resolve("whole");
    Process process = prune(whole);
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertEquals(0, process.waitFor());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "measuring model.layers.1",
        "pruning model.layers.0",
        "pruning model.layers.1",
        "calibrated on",
        "saved"
      })
  void theSameCommandGoesOnToTheSameBytes(String when, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path out = folder.resolve("pruned");
    Process process = prune(out);
    boolean reached = false;
    try (BufferedReader printed =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = printed.readLine(); line != null; line = printed.readLine()) {
        if (line.contains(when)) {
          reached = true;
          process.destroyForcibly();
          break;
        }
      }
      process.waitFor();
    }
    assertTrue(reached, "the run never came to: " + when);
    assertNothingOrAll(out);
    assertGoesOn(out);
  }

  @Test
  void aKillInTheMiddleOfWritingLeavesTheOutputsNameFree(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path out = folder.resolve("pruned");
    Path unfinished = folder.resolve("pruned.partial").resolve("model").resolve(WEIGHTS);
    Process process = prune(out);
    while (process.isAlive() && !Files.exists(unfinished)) {
      Thread.onSpinWait();
    }
    process.destroyForcibly().waitFor();
    assertNothingOrAll(out);
    assertGoesOn(out);
  }

  @Test
  void anInterruptedRunSaysWhatItLeavesAndAnotherMethodCanBeginAnew(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path out = folder.resolve("pruned");
    Path entry = folder.resolve("pruned.partial").resolve("run").resolve("dense-0.json");
    Process process = prune(out);
    while (process.isAlive() && !Files.exists(entry)) {
      Thread.onSpinWait();
    }
    // As Ctrl-C does, this lets the process say something; Process.destroy() closes its output.
    process.toHandle().destroy();
    String left = printed(process);
    assertTrue(left.contains("owl: interrupted; " + out + ".partial keeps what is"), left);
    assertTrue(left.contains("start the same command again to continue, or add --restart"), left);

    Process other = prune(out, "--method", "magnitude");
    String refused = printed(other);
    assertEquals(1, other.waitFor());
    assertTrue(refused.contains("pruner = wanda, and now it is magnitude"), refused);
    assertTrue(refused.contains("add --restart to discard it"), refused);

    Process anew = prune(out, "--method", "magnitude", "--restart");
    String saved = printed(anew);
    assertEquals(0, anew.waitFor(), saved);
    assertTrue(saved.contains("owl by magnitude"), saved);
    assertFalse(Files.exists(folder.resolve("pruned.partial")));
  }

  private static void assertGoesOn(Path out) throws IOException, InterruptedException {
    if (!Files.exists(out)) {
      Process again = prune(out);
      byte[] printed = again.getInputStream().readAllBytes();
      assertEquals(0, again.waitFor(), () -> new String(printed, StandardCharsets.UTF_8));
      assertTrue(Files.exists(out));
      assertFalse(Files.exists(out.resolveSibling("pruned.partial")));
      assertNothingOrAll(out);
    }
  }

  /** The run may have ended before it is killed; its result must then be complete. */
  private static void assertNothingOrAll(Path out) throws IOException {
    if (Files.exists(out)) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(WEIGHTS)), Files.readAllBytes(out.resolve(WEIGHTS)));
      for (String file : new String[] {"config.json", "owl-plan.json", "owl-report.json"}) {
        assertTrue(Files.size(out.resolve(file)) > 0, file);
      }
    }
  }
}
