package io.github.owlprune.models.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed and hostile templates end soon, in bounded memory, with an error that has a line. */
class HostileTemplatesTest {
  private static JinjaException failure(String template) {
    return assertThrows(
        JinjaException.class, () -> JinjaTemplate.parse(template, Dialect.CHAT).render(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "'a\n{% if %}', 2, a value",
    "'a\n{% if x %}\nb', 2, 'if'",
    "'\n\n{{ 1 + }}', 3, a value",
    "'\n{{ x', 2, end",
    "'\n{% nosuch %}', 2, nosuch",
    "'\n{% endif %}', 2, endif",
    "'\n{{ ''abc }}', 2, string",
    "'{# \n', 1, comment",
    "'{% raw %}\n', 1, raw",
    "'{{ (1, 2] }}', 1, unexpected",
    "'\n{% break %}', 2, loop",
    "'\n{{ nosuch.name }}', 2, nosuch",
    "'{{ 1 }}\n{{ 1 // 0 }}', 2, zero",
    "'{{ 1 | nosuch }}', 1, nosuch",
    "'{{ 1 is nosuch }}', 1, nosuch",
    "'{% for a in [1] %}\n{{ [].append(a) }}{% endfor %}', 2, append",
    "'{{ ''\\xZZ'' }}', 1, escape"
  })
  void errorsNameTheLineAndTheReason(String template, int line, String reason) {
    JinjaException error = failure(template);
    assertEquals(line, error.line(), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% macro f(g) %}{{ g(g) }}{% endmacro %}{{ f(f) }}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{{ range(1000000000) }}",
        "{{ 'x' * 1000000000000 }}",
        "{{ [1] * 1000000000000 }}",
        "{{ 'x'.ljust(2000000000) }}",
        "{{ '%9999d' | format(1) * 100000 }}",
        "{{ 2 ** 9999999999 }}",
        "{{ 'x' | indent(1000000000) * 1000000000 }}",
        "{{ [1] | batch(2000000000, 'x') | list }}",
        "{% set n = namespace(x='x') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor"
            + " %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor"
            + " %}",
        "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
            + "{{ n.x }}",
        "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
            + "{{ n.x | tojson }}",
        "{% set n = namespace(x=1, y=1) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}"
            + "{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
        "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}"
            + "{{ n.x }}",
        "{% set n = namespace(x=1, y=1) %}{% for i in range(9999) %}{% set n.x = [n.x] %}"
            + "{% set n.y = [n.y] %}{% endfor %}{{ n.x == n.y }}",
        "{% set a = 'a' * 1000000 %}{% set b = 'a' * 500000 ~ 'b' %}{{ b in a }}",
        "{% set a = 'a' * 1000000 %}{{ a.replace('', a) }}",
        "{% set a = 'a' * 1000000 %}{{ [a] * 10000 | join }}",
        "{% set a = 'a' * 1000000 %}{{ ([a] * 10000) | join }}",
      })
  void whatWouldNotEndIsStopped(String template) {
    failure(template);
  }

  @Test
  void deepNestingFitsASmallStack() throws InterruptedException {
    List<String> templates = new ArrayList<>();
    for (String[] pair :
        new String[][] {
          {"(", ")"}, {"[", "]"}, {"not ", ""}, {"-", ""}, {"1 if 1 else ", ""}, {"{1:", "}"}
        }) {
      templates.add("{{ " + pair[0].repeat(20_000) + "1" + pair[1].repeat(20_000) + " }}");
    }
    templates.add("{{ 1" + " + 1".repeat(20_000) + " }}");
    templates.add("{{ 1" + " | int".repeat(20_000) + " }}");
    templates.add("{{ x" + "[0]".repeat(20_000) + " }}");
    templates.add("{% if 1 %}".repeat(20_000) + "{% endif %}".repeat(20_000));
    templates.add("{% for " + "(".repeat(20_000) + "a" + ")".repeat(20_000) + " in [] %}");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null, () -> templates.forEach(HostileTemplatesTest::failure), "small", 512 << 10);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
    thread.start();
    thread.join();
    assertEquals(null, thrown.get());
  }

  @Test
  void nestingThatOccursIsAllowed() {
    String nested = "{% if 1 %}".repeat(25) + "{{ " + "(".repeat(25) + "1" + ")".repeat(25) + " }}";
    JinjaTemplate template = JinjaTemplate.parse(nested + "{% endif %}".repeat(25), Dialect.CHAT);
    assertEquals("1", template.render(Map.of()));
  }

  @Test
  void valuesThatTemplatesDoNotKnowAreRefused() {
    JinjaTemplate template = JinjaTemplate.parse("{{ x }}", Dialect.CHAT);
    assertThrows(JinjaException.class, () -> template.render(Map.of("x", new Object())));
    Object deep = 1;
    for (int i = 0; i < 1000; i++) {
      deep = List.of(deep);
    }
    Object given = deep;
    assertThrows(JinjaException.class, () -> template.render(Map.of("x", given)));
  }
}
