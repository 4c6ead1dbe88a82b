package io.github.owlprune.models.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Templates render, and refuse, as in transformers. */
class GoldenTemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  List<DynamicTest> chatsAreRenderedToTheCharacter() throws IOException {
    Path file = Path.of("src", "test", "resources", "golden", "chat", "templates.json");
    JsonNode golden = JSON.readTree(file.toFile());
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode node : golden.path("cases")) {
      Map<String, Object> given = JSON.convertValue(node, new TypeReference<>() {});
      Map<String, Object> variables = new HashMap<>(given);
      variables.keySet().removeAll(List.of("name", "template", "rendered", "error"));
      variables.putIfAbsent("tools", null);
      variables.put("bos_token", golden.path("bos_token").textValue());
      variables.put("eos_token", golden.path("eos_token").textValue());
      String name = given.get("name") + ", " + tests.size();
      tests.add(DynamicTest.dynamicTest(name, () -> check(given, variables)));
    }
    assertEquals(106, tests.size());
    return tests;
  }

  private static void check(Map<String, Object> given, Map<String, Object> variables) {
    JinjaTemplate template = JinjaTemplate.parse((String) given.get("template"), Dialect.CHAT);
    if (given.get("rendered") != null) {
      assertEquals(given.get("rendered"), template.render(variables));
      return;
    }
    JinjaException refusal = assertThrows(JinjaException.class, () -> template.render(variables));
    if (given.get("error") != null) {
      assertEquals(given.get("error"), refusal.reason());
    }
  }
}
