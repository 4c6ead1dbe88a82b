package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.TensorShape;
import io.github.owlprune.models.family.Family;
import io.github.owlprune.models.family.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Opens valid files after random changes. */
class DamagedFilesTest {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path temp;
  private static Path whole;
  private static Path sharded;

  @BeforeContainer
  static void makeFolders() throws IOException {
    temp = Files.createTempDirectory("damaged");
    whole = Files.createDirectory(temp.resolve("whole"));
    byte[] config = Files.readAllBytes(Golden.FOLDER.resolve("llama").resolve(CONFIG));
    ObjectNode smaller = (ObjectNode) JSON.readTree(config);
    smaller.put("hidden_size", 8).put("intermediate_size", 12).put("vocab_size", 16);
    smaller.put("num_attention_heads", 2).put("num_key_value_heads", 1).put("head_dim", 4);
    smaller.put("num_hidden_layers", 1);
    Files.writeString(whole.resolve(CONFIG), smaller.toPrettyString());
    Files.write(whole.resolve(WEIGHTS), weights(smaller));
    sharded = ShardedCheckpoint.of(whole, temp.resolve("sharded"), 2);
    assertTrue(HostileFolder.opens(whole));
    assertTrue(HostileFolder.opens(sharded));
  }

  @AfterContainer
  static void removeFolders() throws IOException {
    MoreFiles.deleteRecursively(temp, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  /** Returns zeros for every tensor of a configuration, half of them F32 and half BF16. */
  private static byte[] weights(ObjectNode config) throws IOException {
    DecoderRecipe recipe = Family.recipe(new Settings(Path.of(CONFIG), config), prefix -> true);
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    int at = 0;
    for (TensorShape tensor : recipe.tensors().toList()) {
      int size = header.size() % 2 == 0 ? 4 : 2;
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", size == 4 ? "F32" : "BF16");
      entry.set("shape", JSON.valueToTree(tensor.shape()));
      int end = at + size * (int) tensor.elements();
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    return TinyCheckpoint.safetensors(header.toString(), new byte[at]);
  }

  @Provide
  Arbitrary<List<Damage>> damage() {
    return Damage.some();
  }

  @Provide
  Arbitrary<Path> golden() throws IOException {
    return Arbitraries.of(Golden.folders());
  }

  /** Opens a folder with changed content of a file, and restores the valid content. */
  private static void open(Path folder, String file, byte[] valid, byte[] damaged)
      throws IOException {
    try {
      Files.write(folder.resolve(file), damaged);
      HostileFolder.opens(folder);
    } finally {
      Files.write(folder.resolve(file), valid);
    }
  }

  @Property(tries = 400, seed = "1", edgeCases = EdgeCasesMode.NONE)
  void weights(@ForAll("damage") List<Damage> damage) throws IOException {
    byte[] valid = Files.readAllBytes(whole.resolve(WEIGHTS));
    open(whole, WEIGHTS, valid, Damage.damage(damage, valid));
  }

  /** Changes the header and adjusts the length before it. */
  @Property(tries = 400, seed = "2", edgeCases = EdgeCasesMode.NONE)
  void header(@ForAll("damage") List<Damage> damage) throws IOException {
    byte[] valid = Files.readAllBytes(whole.resolve(WEIGHTS));
    int length = (int) ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    byte[] json = Damage.damage(damage, Arrays.copyOfRange(valid, Long.BYTES, Long.BYTES + length));
    ByteBuffer file =
        ByteBuffer.allocate(valid.length - length + json.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    file.put(valid, Long.BYTES + length, valid.length - Long.BYTES - length);
    open(whole, WEIGHTS, valid, file.array());
  }

  @Property(tries = 400, seed = "3", edgeCases = EdgeCasesMode.NONE)
  void index(@ForAll("damage") List<Damage> damage) throws IOException {
    byte[] valid = Files.readAllBytes(sharded.resolve(INDEX));
    open(sharded, INDEX, valid, Damage.damage(damage, valid));
  }

  @Property(tries = 400, seed = "4", edgeCases = EdgeCasesMode.NONE)
  void config(@ForAll("golden") Path golden, @ForAll("damage") List<Damage> damage)
      throws IOException {
    Path folder = temp.resolve(golden.getFileName().toString());
    if (!Files.exists(folder)) {
      Files.createDirectory(folder);
      Files.copy(golden.resolve(WEIGHTS), folder.resolve(WEIGHTS));
    }
    byte[] valid = Files.readAllBytes(golden.resolve(CONFIG));
    open(folder, CONFIG, valid, Damage.damage(damage, valid));
  }

  /** Adds a megabyte of values of one kind, for every kind. */
  @Example
  void manyValues() throws IOException {
    byte[] valid = Files.readAllBytes(whole.resolve(CONFIG));
    String config = new String(valid, StandardCharsets.UTF_8).strip();
    for (String value : List.of("{}", "[]", "99", "1e9", "\"ab\"", "null", "{\"a\":1}")) {
      String many = "[" + (value + ",").repeat(1_000_000 / (value.length() + 1)) + "7]";
      String more = config.replaceFirst("\\{", "{\"more\":" + many + ",");
      open(whole, CONFIG, valid, more.getBytes(StandardCharsets.UTF_8));
    }
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; i < 100_000; i++) {
      names.append('"').append(i).append("\":0,");
    }
    open(whole, CONFIG, valid, (names + config.substring(1)).getBytes(StandardCharsets.UTF_8));
  }
}
