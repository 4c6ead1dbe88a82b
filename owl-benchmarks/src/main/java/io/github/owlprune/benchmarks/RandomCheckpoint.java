package io.github.owlprune.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.NormRecipe;
import io.github.owlprune.models.decoder.TensorShape;
import io.github.owlprune.models.family.Family;
import io.github.owlprune.models.family.Settings;
import io.github.owlprune.models.safetensors.DType;
import io.github.owlprune.models.safetensors.OutputFile;
import io.github.owlprune.models.safetensors.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A checkpoint of random weights in the format of transformers, without a tokenizer: {@code
 * config.json}, and {@code model.safetensors} or numbered shards with their index. It may be far
 * larger than memory, because its values are generated in a small buffer. See {@link RandomValues}.
 */
public final class RandomCheckpoint {
  private static final List<String> SHAPES = List.of("llama-2-7b", "llama-tiny", "mixtral-block");
  private static final List<DType> TYPES = List.of(DType.BF16, DType.F16, DType.F32);
  private static final String USAGE =
      "arguments: CONFIG OUT [TYPE [SEED [SHARD_BYTES]]]\n"
          + "  CONFIG       a config.json of any supported family, or one of the shapes: "
          + String.join(", ", SHAPES)
          + "\n  OUT          a folder that does not exist\n"
          + "  TYPE         BF16 (default), F16 or F32\n"
          + "  SEED         an integer (default: 1)\n"
          + "  SHARD_BYTES  the maximum bytes of tensors per file (default: a single file)";
  private static final int BUFFER_BYTES = 1 << 20;

  private final ObjectNode config;
  private final DType dtype;
  private final long seed;
  private final boolean plusOne;
  private final List<Shard> shards;

  /**
   * Plans a checkpoint; nothing is written yet.
   *
   * @param file the name of the configuration in messages
   * @param config the content of a {@code config.json}; its data type is replaced
   * @param dtype BF16, F16 or F32
   * @param seed any number; equal seeds yield equal values, regardless of the division into files
   * @param shardBytes the maximum bytes of tensors per file, at least 1; a larger tensor gets a
   *     file of its own
   * @throws IOException if the family or a setting is unknown; the message names it
   */
  RandomCheckpoint(Path file, JsonNode config, DType dtype, long seed, long shardBytes)
      throws IOException {
    if (!TYPES.contains(dtype)) {
      throw new IllegalArgumentException("TYPE is " + dtype + "; it must be one of " + TYPES);
    }
    if (shardBytes < 1) {
      throw new IllegalArgumentException(
          "SHARD_BYTES is " + shardBytes + "; it must be at least 1");
    }
    DecoderRecipe recipe = Family.recipe(new Settings(file, config), prefix -> true);
    NormRecipe lastNorm = recipe.head().norm();
    this.config = config.deepCopy();
    this.config.put(config.has("torch_dtype") ? "torch_dtype" : "dtype", torchName(dtype));
    this.dtype = dtype;
    this.seed = seed;
    this.plusOne = lastNorm != null && lastNorm.kind() == NormRecipe.Kind.RMS_PLUS_ONE;
    this.shards = Shard.deal(recipe.tensors().toList(), dtype, shardBytes);
  }

  private static String torchName(DType dtype) {
    return switch (dtype) {
      case F16 -> "float16";
      case F32 -> "float32";
      default -> "bfloat16";
    };
  }

  /**
   * Writes a checkpoint and prints its size.
   *
   * @param args see the usage, which is printed if they are invalid
   */
  public static void main(String[] args) {
    try {
      RandomCheckpoint checkpoint = of(args);
      checkpoint.write(Path.of(args[1]));
      System.out.println(
          args[1] + ": " + checkpoint.bytes() + " bytes in " + checkpoint.shards.size() + " files");
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Plans a checkpoint according to the program's arguments. */
  static RandomCheckpoint of(String... args) throws IOException {
    if (args.length < 2 || args.length > 5) {
      throw new IllegalArgumentException(args.length + " arguments were given; give 2 to 5");
    }
    return new RandomCheckpoint(
        Path.of(args[0]),
        config(args[0]),
        args.length > 2 ? type(args[2]) : DType.BF16,
        args.length > 3 ? number("SEED", args[3]) : 1,
        args.length > 4 ? number("SHARD_BYTES", args[4]) : Long.MAX_VALUE);
  }

  private static JsonNode config(String name) throws IOException {
    byte[] text;
    if (SHAPES.contains(name)) {
      try (InputStream shape = RandomCheckpoint.class.getResourceAsStream(name + ".json")) {
        text = Objects.requireNonNull(shape, name).readAllBytes();
      }
    } else if (Files.isRegularFile(Path.of(name))) {
      text = Files.readAllBytes(Path.of(name));
    } else {
      throw new IllegalArgumentException(
          "CONFIG is " + name + ", which is neither a file nor one of the shapes " + SHAPES);
    }
    return StrictJson.object(name, text, 0, text.length);
  }

  private static DType type(String name) {
    return TYPES.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("TYPE is " + name + "; it must be one of " + TYPES));
  }

  private static long number(String argument, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(argument + " is " + text + "; it must be an integer", e);
    }
  }

  /** Returns the size of all tensors in bytes. */
  long bytes() {
    return shards.stream().mapToLong(Shard::bytes).sum();
  }

  /** Returns the planned files in order. */
  List<Shard> shards() {
    return shards;
  }

  /**
   * Writes the folder, the configuration last: a folder that contains one is complete.
   *
   * @param folder must not exist
   * @throws IOException if it cannot be written, for example for lack of space
   */
  void write(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException("OUT is " + folder + ", which exists; use a new folder");
    }
    Files.createDirectories(folder);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Shard shard : shards) {
      write(shard, folder.resolve(shard.file()), buffer);
    }
    ObjectMapper json = new ObjectMapper();
    if (shards.size() > 1) {
      Path file = folder.resolve("model.safetensors.index.json");
      json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), index(json));
    }
    Path file = folder.resolve("config.json");
    json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), config);
  }

  private void write(Shard shard, Path file, ByteBuffer buffer) throws IOException {
    try (OutputFile output = OutputFile.create(file)) {
      ByteBuffer header = shard.header();
      long at = header.remaining();
      output.write(header, 0);
      for (TensorShape tensor : shard.tensors()) {
        RandomValues values = new RandomValues(seed, tensor, plusOne);
        long left = tensor.elements();
        while (left > 0) {
          int count = (int) Math.min(left, BUFFER_BYTES / dtype.bytes());
          buffer.clear();
          for (int i = 0; i < count; i++) {
            dtype.put(buffer, values.next());
          }
          int bytes = buffer.flip().remaining();
          output.write(buffer, at);
          at += bytes;
          left -= count;
        }
      }
    }
  }

  private ObjectNode index(ObjectMapper json) {
    Map<String, String> fileOf = new TreeMap<>();
    for (Shard shard : shards) {
      shard.tensors().forEach(t -> fileOf.put(t.name(), shard.file()));
    }
    ObjectNode index = json.createObjectNode();
    index.putObject("metadata").put("total_size", bytes());
    index.set("weight_map", json.valueToTree(fileOf));
    return index;
  }
}
