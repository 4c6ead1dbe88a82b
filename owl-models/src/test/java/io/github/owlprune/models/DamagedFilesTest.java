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

/** Sound files that were changed at random. */
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

  /** Zeros for every tensor of a configuration, half of them in each of two types. */
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

  /** Opens a folder with another content of a file, and puts the sound one back. */
  private static void open(Path folder, String file, byte[] sound, byte[] damaged)
      throws IOException {
    try {
      Files.write(folder.resolve(file), damaged);
      HostileFolder.opens(folder);
    } finally {
      Files.write(folder.resolve(file), sound);
    }
  }

  @Property(tries = 400, seed = "1", edgeCases = EdgeCasesMode.NONE)
  void weights(@ForAll("damage") List<Damage> damage) throws IOException {
    byte[] sound = Files.readAllBytes(whole.resolve(WEIGHTS));
    open(whole, WEIGHTS, sound, Damage.apply(damage, sound));
  }

  /** The length before the header is what the damaged header's is. */
  @Property(tries = 400, seed = "2", edgeCases = EdgeCasesMode.NONE)
  void header(@ForAll("damage") List<Damage> damage) throws IOException {
    byte[] sound = Files.readAllBytes(whole.resolve(WEIGHTS));
    int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    byte[] json = Damage.apply(damage, Arrays.copyOfRange(sound, Long.BYTES, Long.BYTES + length));
    ByteBuffer file =
        ByteBuffer.allocate(sound.length - length + json.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    file.put(sound, Long.BYTES + length, sound.length - Long.BYTES - length);
    open(whole, WEIGHTS, sound, file.array());
  }

  @Property(tries = 400, seed = "3", edgeCases = EdgeCasesMode.NONE)
  void index(@ForAll("damage") List<Damage> damage) throws IOException {
    byte[] sound = Files.readAllBytes(sharded.resolve(INDEX));
    open(sharded, INDEX, sound, Damage.apply(damage, sound));
  }

  @Property(tries = 400, seed = "4", edgeCases = EdgeCasesMode.NONE)
  void config(@ForAll("golden") Path golden, @ForAll("damage") List<Damage> damage)
      throws IOException {
    Path folder = temp.resolve(golden.getFileName().toString());
    if (!Files.exists(folder)) {
      Files.createDirectory(folder);
      Files.copy(golden.resolve(WEIGHTS), folder.resolve(WEIGHTS));
    }
    byte[] sound = Files.readAllBytes(golden.resolve(CONFIG));
    open(folder, CONFIG, sound, Damage.apply(damage, sound));
  }

  /** Of every kind of value as many as make a megabyte of text. */
  @Example
  void countlessValues() throws IOException {
    byte[] sound = Files.readAllBytes(whole.resolve(CONFIG));
    String config = new String(sound, StandardCharsets.UTF_8).strip();
    for (String value : List.of("{}", "[]", "99", "1e9", "\"ab\"", "null", "{\"a\":1}")) {
      String many = "[" + (value + ",").repeat(1_000_000 / (value.length() + 1)) + "7]";
      String more = config.replaceFirst("\\{", "{\"more\":" + many + ",");
      open(whole, CONFIG, sound, more.getBytes(StandardCharsets.UTF_8));
    }
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; i < 100_000; i++) {
      names.append('"').append(i).append("\":0,");
    }
    open(whole, CONFIG, sound, (names + config.substring(1)).getBytes(StandardCharsets.UTF_8));
  }
}
