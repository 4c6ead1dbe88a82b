package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands on checkpoints with unknown settings and with files of other formats. */
class FoundCheckpointsTest {
  private static final Path LLAMA = Path.of(System.getProperty("owl.golden"), "llama");
  private static final String CALIBRATION = LLAMA.resolve("calib.json").toString();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;
  private Path model;

  @BeforeEach
  void copyModel() throws IOException {
    model = Files.createDirectory(temp.resolve("model"));
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(LLAMA.resolve(name), model.resolve(name));
    }
  }

  private static Ended owl(String... words) {
    return Ended.of(List.of(words));
  }

  private void set(String name, Object value) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(model.resolve("config.json").toFile());
    config.putPOJO(name, value);
    Files.writeString(model.resolve("config.json"), JSON.writeValueAsString(config));
  }

  @Test
  void unknownSettingsAreRefusedTogetherAndIgnoredOnRequest() throws IOException {
    set("a_gate", 3);
    set("b_gate", true);
    Ended refused = owl("info", model.toString());
    assertEquals(1, refused.code());
    assertTrue(
        refused.err().contains("--ignore-setting a_gate --ignore-setting b_gate"), refused.err());
    Path out = temp.resolve("out");
    Ended pruned =
        owl(
            "prune",
            model.toString(),
            "--ignore-setting",
            "a_gate",
            "--ignore-setting",
            "b_gate",
            "--out",
            out.toString(),
            "--calibration",
            CALIBRATION);
    assertEquals(0, pruned.code(), pruned.err());
    String report = Files.readString(out.resolve("owl-report.json"));
    assertTrue(report.contains("the setting a_gate = 3 was ignored on request"), report);
    assertTrue(report.contains("the setting b_gate = true was ignored on request"), report);
    Ended known = owl("info", model.toString(), "--ignore-setting", "hidden_size");
    assertEquals(1, known.code());
    Ended info =
        owl("info", model.toString(), "--ignore-setting", "a_gate", "--ignore-setting", "b_gate");
    assertTrue(info.out().contains("the setting a_gate = 3"), info.out());
  }

  @Test
  void whatTheCopyLacksIsListed() throws IOException {
    Files.writeString(model.resolve("LICENSE"), "Apache");
    Files.writeString(model.resolve("tf_model.h5"), "dense");
    Files.writeString(model.resolve("optimizer.pt"), "dense");
    Path out = temp.resolve("out");
    Ended pruned =
        owl("prune", model.toString(), "--out", out.toString(), "--calibration", CALIBRATION);
    assertEquals(0, pruned.code(), pruned.err());
    assertTrue((pruned.out() + pruned.err()).contains(": optimizer.pt, tf_model.h5"), pruned.err());
    assertTrue(Files.exists(out.resolve("LICENSE")));
    assertFalse(Files.exists(out.resolve("tf_model.h5")));
  }

  @Test
  void aTiedHeadOfOtherValuesIsNoted() throws IOException {
    set("tie_word_embeddings", true);
    Path ids = Files.writeString(temp.resolve("ids.json"), "{\"ids\": [[1, 2, 3, 4]]}");
    Ended eval = owl("eval", model.toString(), "--ids", ids.toString());
    assertEquals(0, eval.code(), eval.err());
    assertTrue(eval.err().contains("lm_head.weight is used as the head"), eval.err());
    assertFalse(eval.out().contains("lm_head"), eval.out());
  }

  @Test
  void aPointerIsNamed() throws IOException {
    Files.writeString(
        model.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 17\n");
    Ended info = owl("info", model.toString());
    assertEquals(1, info.code());
    assertTrue(info.err().contains("is a git-lfs pointer"), info.err());
  }
}
