package io.github.owlprune.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that a person edited. */
class PlanByHandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern OF_THE_LIBRARY =
      Pattern.compile("com\\.fasterxml|io\\.github|Exception|Jackson|java\\.|Feature");

  private static final Plan SOUND =
      new Plan(
          Plan.VERSION,
          "owl",
          Mapping.BOUNDED,
          Granularity.BLOCK,
          0.5,
          0.08,
          "OUTLIER_RATIOS",
          5,
          "*",
          List.of(
              new Plan.PlannedBlock(
                  "layers.0",
                  1.5,
                  List.of(
                      new Plan.PlannedLinear("q", 4, 8, null, new Sparsity.Unstructured(0.5)),
                      new Plan.PlannedLinear("k", 4, 8, 2.5, new Sparsity.NOfM(2, 4)))),
              new Plan.PlannedBlock(
                  "layers.1",
                  null,
                  List.of(
                      new Plan.PlannedLinear("q", 4, 8, null, new Sparsity.Unstructured(0.5))))));

  private static JsonNode tree() {
    try {
      return MAPPER.readTree(SOUND.toJson());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static String refusal(String json) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Plan.fromJson(json)).getMessage();
    assertTrue(!OF_THE_LIBRARY.matcher(message).find() && message.length() < 500, message);
    return message;
  }

  private static void assertRefused(String from, String to, String... said) {
    String json = SOUND.toJson();
    assertTrue(Pattern.compile(from).matcher(json).find(), from);
    String message = refusal(json.replaceFirst(from, to));
    for (String part : said) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void aSoundPlanIsRead() {
    assertEquals(SOUND, Plan.fromJson(SOUND.toJson()));
    assertEquals(SOUND, Plan.fromJson("\uFEFF" + SOUND.toJson()));
  }

  @Test
  void aMistakeIsNamedWithItsPlaceAndWhatIsAllowed() {
    String q = "block layers.0, linear q";
    assertRefused(
        "\"share\" : 0.5",
        "\"share\" : 70",
        "line 19",
        q,
        "sparsity of 70.0",
        "at least 0 and below 1");
    assertRefused(
        "\\{\\s*\"share\" : 0.5\\s*\\}", "null", q, "sparsity: null was given", "\"share\"");
    assertRefused("\\{\\s*\"share\" : 0.5\\s*\\}", "0.5", q, "0.5 was given", "{\"share\": …}");
    assertRefused("\"share\"", "\"kept\"", q, "(kept) was given");
    assertRefused("\"layers.1\"", "\"layers.0\"", "names the block layers.0 twice");
    assertRefused("\"k\"", "\"q\"", "block layers.0", "names the linear q twice");
    assertRefused(
        "\"lambda\" : 0.08",
        "\"lambda\" : 0.08, \"lambda\" : 0.1",
        "line 7",
        "\"lambda\" a second time");
    assertRefused("\"lambda\"", "\"lamda\"", "lamda: there is no such field", "lambda");
    assertRefused(
        "\"mapping\" : \"BOUNDED\"", "\"mapping\" : \"bounded\"", "mapping", "\"BOUNDED\" or");
    assertRefused(
        "\"outputs\" : 4", "\"outputs\" : 4.5", q + ", outputs: 4.5 was given", "whole number");
    assertRefused("\"outputs\" : 4", "\"outputs\" : 1e999999999", q + ", outputs", "whole number");
    assertRefused("\"version\" : 1", "\"version\" : 2", "version is 2", "version 1");
    assertRefused("\"blocks\" :", "\"blocks\" ;", "line 11", "is not JSON");
    assertTrue(refusal("").contains("it is empty"));
    assertTrue(refusal("{").contains("ends before it is complete"));
    assertTrue(refusal("nonsense").contains("is not JSON"));
    assertTrue(refusal("[".repeat(100_000)).contains("is not JSON"));
    assertTrue(refusal(SOUND.toJson() + "}").contains("is not JSON"));
    assertTrue(refusal(SOUND.toJson() + "1").contains("more text after its end"));
  }

  @Test
  void aFileIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("my-plan.json");
    Files.writeString(file, SOUND.toJson());
    assertEquals(SOUND, Plan.read(file));
    Files.writeString(file, SOUND.toJson(), StandardCharsets.UTF_16);
    String encoding =
        assertThrows(IllegalArgumentException.class, () -> Plan.read(file)).getMessage();
    assertTrue(encoding.startsWith(file + ": ") && encoding.contains("UTF-8"), encoding);
    Files.writeString(file, "{}");
    String version =
        assertThrows(IllegalArgumentException.class, () -> Plan.read(file)).getMessage();
    assertTrue(version.startsWith(file + ": ") && version.contains("no version"), version);
  }

  /** Changes one place of a sound plan; the result means what it says, or is refused in words. */
  @Property(tries = 1500)
  void aChangedPlanIsReadAsItStandsOrRefusedInWords(
      @ForAll @IntRange(max = 10_000) int place, @ForAll @IntRange(max = 15) int change)
      throws JsonProcessingException {
    JsonNode tree = tree();
    List<Runnable> places = new ArrayList<>();
    addPlaces(tree, change, places);
    places.get(place % places.size()).run();
    String json = MAPPER.writeValueAsString(tree);
    Plan read;
    try {
      read = Plan.fromJson(json);
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      assertTrue(!OF_THE_LIBRARY.matcher(message).find() && message.length() < 500, message);
      return;
    }
    JsonNode again = MAPPER.readTree(read.toJson());
    assertTrue(again.equals(PlanByHandTest::compare, MAPPER.readTree(json)), json);
  }

  /** Numbers are equal if their values are: 1 and 1.0. */
  private static int compare(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    return a.equals(b) ? 0 : 1;
  }

  private static void addPlaces(JsonNode node, int change, List<Runnable> places) {
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                places.add(() -> change(object, name, change));
                addPlaces(object.get(name), change, places);
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        places.add(() -> change(array, index, change));
        addPlaces(array.get(i), change, places);
      }
    }
  }

  private static void change(ObjectNode object, String name, int change) {
    if (change == 0) {
      object.remove(name);
    } else if (change == 1) {
      object.set(name + "s", object.get(name));
    } else {
      object.set(name, other(object.get(name), change));
    }
  }

  private static void change(ArrayNode array, int index, int change) {
    if (change == 0) {
      array.remove(index);
    } else if (change == 1) {
      array.add(array.get(index).deepCopy());
    } else {
      array.set(index, other(array.get(index), change));
    }
  }

  private static JsonNode other(JsonNode now, int change) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (change) {
      case 2 -> nodes.nullNode();
      case 3 -> nodes.numberNode(70);
      case 4 -> nodes.numberNode(-1);
      case 5 -> nodes.numberNode(0.25);
      case 6 -> nodes.numberNode(1e300);
      case 7 -> nodes.numberNode(5_000_000_000L);
      case 8 -> nodes.textNode("io");
      case 9 -> nodes.textNode("");
      case 10 -> nodes.textNode("NaN");
      case 11 -> nodes.booleanNode(true);
      case 12 -> nodes.arrayNode();
      case 13 -> nodes.objectNode();
      case 14 -> nodes.arrayNode().add(now.deepCopy());
      default -> nodes.objectNode().set("share", now.deepCopy());
    };
  }
}
