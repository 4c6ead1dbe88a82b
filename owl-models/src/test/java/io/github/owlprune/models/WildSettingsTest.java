package io.github.owlprune.models;

import static io.github.owlprune.models.safetensors.StrictJson.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Opens valid JSON with settings that no model has: each alone, and several together. */
class WildSettingsTest {
  private static final String CONFIG = "config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A placeholder for values that Jackson cannot write, such as numbers beyond its range. */
  private static final String WILD = "\"@\"";

  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "1073741824",
          "2147483646",
          "2147483648",
          "1e308",
          "null",
          "\"" + "x".repeat(5000) + "\"",
          "[]",
          "{}");

  private static final List<String> ROPES =
      List.of(
          "{\"rope_type\":\"linear\",\"factor\":1e-300}",
          "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,"
              + "\"original_max_position_embeddings\":2147483647}",
          "{\"rope_type\":\"yarn\",\"factor\":1e-300,\"rope_theta\":1}",
          "{\"type\":\"dynamic\",\"rope_type\":\"yarn\",\"factor\":2}",
          "{\"rope_type\":\"yarn\",\"factor\":1e30,\"beta_fast\":1e30,\"beta_slow\":1e-30,"
              + "\"truncate\":false}",
          "{\"rope_type\":\"longrope\",\"short_factor\":[1,1,1,1],\"long_factor\":[1,1,1,1],"
              + "\"original_max_position_embeddings\":1}");

  /** Settings that no family reads. */
  private static final Pattern UNREAD =
      Pattern.compile("architectures|dtype|.*(_token_id|drop.*|_range|_version|_cache)|summary_.*");

  /** Settings that families read but not every configuration has. */
  private static final List<String> MORE =
      List.of(
          "attention_bias",
          "attn_logit_softcapping",
          "final_logit_softcapping",
          "full_attn_mod",
          "head_dim",
          "layer_types",
          "logit_scale",
          "mlp_bias",
          "n_embed",
          "n_inner",
          "no_rope_layers",
          "num_key_value_heads",
          "num_ln_in_parallel_attn",
          "original_max_position_embeddings",
          "partial_rotary_factor",
          "qk_layernorm",
          "quantization_config",
          "query_pre_attn_scalar",
          "rope_local_base_freq",
          "rope_parameters",
          "rope_scaling",
          "rope_theta",
          "rotary_emb_base",
          "rotary_pct",
          "seq_length",
          "sliding_window",
          "sliding_window_pattern",
          "text_config",
          "tie_word_embeddings",
          "use_qk_norm",
          "use_sliding_window",
          "word_embed_proj_dim");

  private static final List<String> ROPE =
      List.of(
          "attention_factor",
          "beta_fast",
          "beta_slow",
          "factor",
          "high_freq_factor",
          "llama_4_scaling_beta",
          "long_factor",
          "low_freq_factor",
          "mscale",
          "mscale_all_dim",
          "original_max_position_embeddings",
          "partial_rotary_factor",
          "rope_theta",
          "rope_type",
          "short_factor",
          "truncate",
          "type");

  /** Returns a model of each family, except those that read the same settings as another. */
  static Stream<Path> golden() {
    return Stream.of(
            "bloom",
            "cohere-qk-norm",
            "cohere2",
            "falcon-alibi",
            "falcon-gqa",
            "gemma",
            "gemma2",
            "gemma3",
            "gemma3-multimodal",
            "glm4",
            "gpt-neox",
            "gpt2",
            "granite",
            "llama-yarn",
            "llama3-rope-tied",
            "ministral3",
            "mistral-sliding",
            "mistral3",
            "olmo2",
            "opt-post-norm",
            "phi-qk-norm",
            "phi3",
            "qwen3",
            "smollm3",
            "stablelm-parallel",
            "starcoder2")
        .map(Golden.FOLDER::resolve);
  }

  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  /** A setting: a JSON pointer to the object that contains it, and its name there. */
  private record Place(String object, String name) {}

  private static List<Place> places(ObjectNode config) {
    Set<Place> places = new LinkedHashSet<>();
    config.fieldNames().forEachRemaining(n -> places.add(new Place("", n)));
    MORE.forEach(n -> places.add(new Place("", n)));
    addRopes("", config, places);
    places.removeIf(p -> UNREAD.matcher(p.name()).matches());
    return List.copyOf(places);
  }

  private static void addRopes(String path, JsonNode node, Set<Place> places) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getValue().isObject()) {
        String inner = path + "/" + field.getKey();
        field.getValue().fieldNames().forEachRemaining(n -> places.add(new Place(inner, n)));
        ROPE.forEach(n -> places.add(new Place(inner, n)));
        addRopes(inner, field.getValue(), places);
      }
    }
  }

  private static List<String> values(Place place) {
    return place.name().startsWith("rope_")
        ? Stream.concat(VALUES.stream(), ROPES.stream()).toList()
        : VALUES;
  }

  private static String with(String config, Place place, String value) throws IOException {
    ObjectNode tree = (ObjectNode) JSON.readTree(config);
    if (!(tree.at(place.object()) instanceof ObjectNode object)) {
      return config; // another change has replaced the object
    }
    object.put(place.name(), "@");
    return tree.toString().replace(WILD, value);
  }

  /** Creates a copy in memory, because it is changed thousands of times. */
  private Path folder(Path golden) throws IOException {
    Path folder = Files.createDirectory(memory.getPath(golden.getFileName().toString()));
    Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.copy(golden.resolve(CONFIG), folder.resolve(CONFIG));
    assertTrue(HostileFolder.opens(folder));
    return folder;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void eachAlone(Path golden) throws IOException {
    Path folder = folder(golden);
    String config = Files.readString(golden.resolve(CONFIG));
    List<String> failures = new ArrayList<>();
    for (Place place : places((ObjectNode) JSON.readTree(config))) {
      for (String value : values(place)) {
        try {
          Files.writeString(folder.resolve(CONFIG), with(config, place, value));
          HostileFolder.opens(folder);
        } catch (RuntimeException | AssertionError e) {
          failures.add(place + " = " + shown(value) + ": " + e);
        }
      }
    }
    assertEquals(List.of(), failures);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void someTogether(Path golden) throws IOException {
    Path folder = folder(golden);
    String config = Files.readString(golden.resolve(CONFIG));
    List<Place> places = places((ObjectNode) JSON.readTree(config));
    Random random = new Random(1);
    for (int i = 0; i < 30; i++) {
      String changed = config;
      for (int change = 0; change < 2 + i % 3; change++) {
        Place place = places.get(random.nextInt(places.size()));
        List<String> values = values(place);
        changed = with(changed, place, values.get(random.nextInt(values.size())));
      }
      Files.writeString(folder.resolve(CONFIG), changed);
      if (HostileFolder.opens(folder)) {
        try (CausalLm model = CausalLm.open(folder)) {
          model.logits(IntStream.range(0, Math.min(3, model.context())).toArray());
        }
      }
    }
  }
}
