package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Golden;
import io.github.owlprune.models.ShardedCheckpoint;
import io.github.owlprune.models.TinyCheckpoint;
import io.github.owlprune.models.safetensors.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in several files, and files behind links. */
class ShardsTest {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String FIRST = "model-00001-of-00003.safetensors";
  private static final String LAST = "model-00003-of-00003.safetensors";
  private static final String NORM = "model.norm.weight";

  @TempDir private Path temp;
  private Path whole;
  private Path sharded;

  @BeforeEach
  void makeBoth() throws IOException {
    whole = TinyCheckpoint.llama(temp);
    sharded = ShardedCheckpoint.of(whole, temp.resolve("sharded"), 3);
  }

  private static void prune(Path folder, Path out) throws IOException {
    try (CausalLm model = CausalLm.open(folder)) {
      Owl.allocate(model, Calibration.ids(Golden.FOLDER.resolve("llama/calib.json")))
          .prune(wanda());
      model.save(out);
    }
  }

  private static float[] tensor(Path folder, String name) throws IOException {
    try (Checkpoint source = Checkpoint.open(folder);
        WorkingCopy copy = new WorkingCopy(source, null)) {
      float[] values = new float[(int) source.entry(name).elements()];
      copy.read(name, 0, values, 0, values.length);
      return values;
    }
  }

  private static List<String> tensors(Path folder) throws IOException {
    try (Checkpoint source = Checkpoint.open(folder)) {
      return source.weights().tensors().stream().sorted().toList();
    }
  }

  private static void assertSameTensors(Path expected, Path actual) throws IOException {
    assertEquals(tensors(expected), tensors(actual));
    for (String name : tensors(expected)) {
      assertArrayEquals(tensor(expected, name), tensor(actual, name), name);
    }
  }

  @Test
  void shardsAreWrittenInTheSameLayout() throws IOException {
    prune(whole, temp.resolve("out-whole"));
    prune(sharded, temp.resolve("out-sharded"));
    assertSameTensors(temp.resolve("out-whole"), temp.resolve("out-sharded"));
    assertEquals(
        TinyCheckpoint.names(sharded).toList(),
        TinyCheckpoint.names(temp.resolve("out-sharded"))
            .filter(n -> !n.startsWith("owl-"))
            .toList());
    for (String name : List.of(FIRST, INDEX, LAST)) {
      assertEquals(
          Files.size(sharded.resolve(name)), Files.size(temp.resolve("out-sharded").resolve(name)));
    }
    assertArrayEquals(
        Files.readAllBytes(sharded.resolve(INDEX)),
        Files.readAllBytes(temp.resolve("out-sharded").resolve(INDEX)));
  }

  /** The Hugging Face cache has a snapshot of links to blobs in another folder. */
  @Test
  void everyFileMayBeALink() throws IOException {
    Path blobs = Files.createDirectory(temp.resolve("blobs"));
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    for (String name : TinyCheckpoint.names(sharded).toList()) {
      Path blob = Files.move(sharded.resolve(name), blobs.resolve("of-" + name));
      Files.createSymbolicLink(snapshot.resolve(name), snapshot.relativize(blob));
    }
    Path folder = Files.createSymbolicLink(temp.resolve("model"), snapshot);
    prune(folder, temp.resolve("out"));
    prune(whole, temp.resolve("out-whole"));
    assertSameTensors(temp.resolve("out-whole"), temp.resolve("out"));
    for (String name : TinyCheckpoint.names(temp.resolve("out")).toList()) {
      assertFalse(Files.isSymbolicLink(temp.resolve("out").resolve(name)), name);
    }
    assertArrayEquals(tensor(whole, NORM), tensor(folder, NORM));
  }

  private String rejection() {
    String message =
        assertThrows(InvalidFileException.class, () -> Checkpoint.open(sharded).close())
            .getMessage();
    assertTrue(message.length() < 1000, () -> "a message of " + message.length());
    return message;
  }

  private void assertRejected(String... parts) {
    String message = rejection();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  private void change(UnaryOperator<String> change) throws IOException {
    String index = Files.readString(sharded.resolve(INDEX));
    String changed = change.apply(index);
    assertFalse(changed.equals(index));
    Files.writeString(sharded.resolve(INDEX), changed);
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Files.delete(sharded.resolve(LAST));
    assertRejected(LAST, "which does not exist", "is complete");
    Files.createSymbolicLink(sharded.resolve(LAST), Path.of("nowhere"));
    assertRejected(LAST, "a link to nowhere");
  }

  @Test
  void aMalformedIndexIsRejected() throws IOException {
    for (String text :
        List.of(
            "", "[]", "{}", "{\"weight_map\":[]}", "{\"weight_map\":{}}", "{\"weight_map\":7}")) {
      Files.writeString(sharded.resolve(INDEX), text);
      assertRejected(INDEX);
    }
    Files.writeString(sharded.resolve(INDEX), "{\"weight_map\":{\"a\":7}}");
    assertRejected(INDEX, "a in 7");
  }

  @Test
  void shardsOutsideTheFolderAreRejected() throws IOException {
    for (String name :
        List.of(
            "../model.safetensors",
            "/etc/model.safetensors",
            "a/b.safetensors",
            "..\\\\b.safetensors",
            "passwd",
            "..")) {
      Files.writeString(
          sharded.resolve(INDEX), "{\"weight_map\":{\"" + NORM + "\":\"" + name + "\"}}");
      assertRejected(INDEX, "a file of the same folder");
    }
  }

  /** Transformers reads what the shards contain, whatever the index says. */
  @Test
  void anIndexThatIsWrongAboutItsShardsIsCorrectedInTheCopy() throws IOException {
    String sound = Files.readString(sharded.resolve(INDEX));
    change(
        i ->
            i.replace('"' + NORM + "\":\"" + LAST, '"' + NORM + "\":\"" + FIRST)
                .replace(
                    "\"weight_map\":{", "\"weight_map\":{\"mtp.fc.weight\":\"" + LAST + "\","));
    prune(sharded, temp.resolve("out-wrong"));
    prune(whole, temp.resolve("out-whole"));
    assertSameTensors(temp.resolve("out-whole"), temp.resolve("out-wrong"));
    ObjectMapper json = new ObjectMapper();
    JsonNode written = json.readTree(temp.resolve("out-wrong").resolve(INDEX).toFile());
    assertEquals(json.readTree(sound), written);
  }

  @Test
  void aTensorThatIsNeededMustBeInAShard() throws IOException {
    change(
        i -> i.replace("\"weight_map\":{", "\"weight_map\":{\"model.x.weight\":\"" + LAST + "\","));
    try (Checkpoint source = Checkpoint.open(sharded)) {
      String claimed =
          assertThrows(CheckpointException.class, () -> source.require("model.x.weight", 1))
              .getMessage();
      assertTrue(claimed.contains(LAST) && claimed.contains("download"), claimed);
      String missing =
          assertThrows(CheckpointException.class, () -> source.require("model.y.weight", 1))
              .getMessage();
      assertFalse(missing.contains("download"), missing);
    }
  }

  @Test
  void aTensorInTwoShardsIsRejected() throws IOException {
    Files.copy(sharded.resolve(FIRST), sharded.resolve("again.safetensors"));
    change(i -> i.replace(LAST, "again.safetensors"));
    assertRejected("again.safetensors", FIRST);
  }

  @Test
  void twoSetsOfWeightsAreRejected() throws IOException {
    Files.copy(whole.resolve("model.safetensors"), sharded.resolve("model.safetensors"));
    assertRejected("two sets", FIRST);
  }

  @Test
  void picklesAreRejectedWithAdvice() throws IOException {
    Files.delete(sharded.resolve(INDEX));
    Files.writeString(sharded.resolve("pytorch_model.bin.index.json"), "{}");
    assertRejected("pytorch_model.bin.index.json", "pickles", "save_pretrained");
  }
}
