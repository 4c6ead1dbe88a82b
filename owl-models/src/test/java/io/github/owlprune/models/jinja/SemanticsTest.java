package io.github.owlprune.models.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Small templates render as in Jinja 3.1.6 for Python. {@code semantics.json} holds, for each
 * dialect, pairs of a template and what Python rendered, null for an error.
 */
class SemanticsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  List<DynamicTest> templatesRenderAsInPython() throws IOException {
    JsonNode table =
        JSON.readTree(Path.of("src", "test", "resources", "jinja", "semantics.json").toFile());
    Map<String, Object> variables =
        JSON.convertValue(table.path("variables"), new TypeReference<>() {});
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode row : table.path("chat")) {
      tests.add(test("chat " + tests.size(), row, Dialect.CHAT, variables));
    }
    for (JsonNode row : table.path("prompt")) {
      tests.add(test("prompt " + tests.size(), row, Dialect.PROMPT, variables));
    }
    return tests;
  }

  private static DynamicTest test(
      String name, JsonNode row, Dialect dialect, Map<String, Object> variables) {
    String template = row.path(0).textValue();
    String expected = row.path(1).textValue();
    return DynamicTest.dynamicTest(
        name + ": " + template,
        () -> {
          if (expected == null) {
            assertThrows(
                JinjaException.class,
                () -> JinjaTemplate.parse(template, dialect).render(variables));
          } else {
            assertEquals(expected, JinjaTemplate.parse(template, dialect).render(variables));
          }
        });
  }
}
