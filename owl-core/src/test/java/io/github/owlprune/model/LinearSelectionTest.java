package io.github.owlprune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.owlprune.ToyModel;
import io.github.owlprune.linalg.Workers;
import java.nio.file.FileSystem;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearSelectionTest {
  /** The reference on every platform: on Windows the JDK ignores case. */
  private static final FileSystem UNIX = Jimfs.newFileSystem(Configuration.unix());

  /** A block of one linear, both named by their full name. */
  private record Named(String fullName) implements Block {
    @Override
    public String name() {
      return fullName.substring(0, fullName.indexOf('.'));
    }

    @Override
    public List<Linear> linears() {
      return List.of(new Linear(fullName.substring(fullName.indexOf('.') + 1), 1, 1, "x"));
    }

    @Override
    public OpenBlock open(Workers workers) {
      throw new AssertionError("a selection needs names alone");
    }
  }

  private static boolean selects(LinearSelection selection, String fullName) {
    return !selection.of(new Named(fullName)).isEmpty();
  }

  /** Well-formed pieces and single characters, so that about half of the globs are malformed. */
  @Provide
  Arbitrary<String> globs() {
    Arbitrary<String> piece =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.of("a", "b", "A", ".", "a.b")),
            Tuple.of(5, Arbitraries.of("*", "?", "**")),
            Tuple.of(
                2, Arbitraries.of("[a-c]", "[!ab]", "[-a.]", "[.a-]", "[!A&b]", "[a^.[*?{\\]")),
            Tuple.of(2, Arbitraries.of("{a,b}", "{*.a,?}", "{,[ab.]}", "{a}", "\\*", "\\[", "\\a")),
            Tuple.of(1, Arbitraries.of("[", "]", "{", "}", ",", "!", "-", "\\", "^", "&")));
    return piece.list().ofMaxSize(6).map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<String> fullNames() {
    Arbitrary<String> part = Arbitraries.strings().withChars("aabbcA.,-!^&[]{}*?\\").ofMaxLength(3);
    return Combinators.combine(part, part).as((block, linear) -> block + "." + linear);
  }

  private static Optional<PathMatcher> jdk(String glob) {
    try {
      return Optional.of(UNIX.getPathMatcher("glob:" + glob));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static Optional<LinearSelection> own(String glob) {
    try {
      return Optional.of(new LinearSelection(glob));
    } catch (PatternSyntaxException e) {
      assertEquals(glob, e.getPattern(), "the message shows what was written");
      return Optional.empty();
    }
  }

  /** Compares with the JDK's matcher, which on Windows ignores case and splits at backslashes. */
  @Property(tries = 2000)
  @StatisticsReport(StatisticsReportMode.OFF)
  void selectsWhatUnixGlobsMatch(
      @ForAll("globs") String glob, @ForAll @Size(10) List<@From("fullNames") String> fullNames) {
    Optional<PathMatcher> reference = jdk(glob);
    Optional<LinearSelection> selection = own(glob);
    if (reference.isEmpty()) {
      // Sets that begin with ] and ranges such as [a-c-] are accepted here but not by the JDK.
      assertTrue(selection.isEmpty() || glob.contains("["), "accepted: " + glob);
      return;
    }
    LinearSelection accepted = selection.orElseThrow(() -> new AssertionError("refused: " + glob));
    for (String fullName : fullNames) {
      boolean matches = reference.get().matches(UNIX.getPath(fullName));
      assertEquals(matches, selects(accepted, fullName), glob + " and " + fullName);
      Statistics.label("selected").collect(matches);
    }
    Statistics.label("selected")
        .coverage(
            coverage -> {
              coverage.check(true).percentage(p -> p > 5);
              coverage.check(false).percentage(p -> p > 5);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "[a",
        "[!",
        "[!]",
        "[]",
        "a[b-",
        "{",
        "{a",
        "{a,b",
        "{{a}}",
        "{a,{b}}",
        "\\",
        "a\\",
        "[c-a]",
        "block.[9-0].*"
      })
  void malformedGlobsAreRefusedAsWritten(String glob) {
    PatternSyntaxException refused =
        assertThrows(PatternSyntaxException.class, () -> new LinearSelection(glob));
    assertEquals(glob, refused.getPattern());
    assertTrue(refused.getDescription().startsWith("the glob has "), refused.getDescription());
    assertTrue(refused.getIndex() > 0 && refused.getIndex() <= glob.length(), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.0.self_attn.q_proj, model.layers.0.self_attn.q_proj, true",
    "model.layers.0.self_attn.q_proj, MODEL.layers.0.self_attn.q_proj, false",
    "model.layers.0.self_attn.q_proj, *.Q_proj, false",
    "model.layers.0.self_attn.q_proj, *.[A-Z]_proj, false",
    "model.layers.0.self_attn.q_proj, '*.{q,k,v}_proj', true",
    "model.layers.0.self_attn.q_proj, q_proj, false",
    "model.layers.0.self_attn.q_proj, model.layers.?, false",
    "model.layers.12.mlp.up_proj, model.layers.?.*, false",
    "model.layers.12.mlp.up_proj, model.layers.[0-9][0-9].*, true"
  })
  void fullNamesAreMatchedByCase(String fullName, String glob, boolean selected) {
    assertEquals(selected, selects(new LinearSelection(glob), fullName));
  }

  @Test
  void linearsAreSelectedInTheModelsOrder() {
    ToyModel model = new ToyModel(4, 0);
    LinearSelection some = new LinearSelection("block.{2.b,0.?}");
    assertEquals(
        List.of(
            new LinearRef("block.0", "a"),
            new LinearRef("block.0", "b"),
            new LinearRef("block.2", "b")),
        some.of(model));
    assertEquals(2, some.lastBlock(model));
    assertEquals(8, new LinearSelection(LinearSelection.ALL).of(model).size());
    assertEquals("block.{2.b,0.?}", some.toString());
    assertTrue(model.events.isEmpty(), "nothing was opened");
  }

  @Test
  void aSelectionOfNothingIsRefusedWithAnExample() {
    LinearSelection none = new LinearSelection("q_proj");
    ToyModel model = new ToyModel(2, 0);
    assertFalse(new LinearSelection("*.a").of(model).isEmpty());
    String message =
        assertThrows(IllegalArgumentException.class, () -> none.requireAny(model)).getMessage();
    assertTrue(message.contains("\"q_proj\"") && message.contains("block.0.a"), message);
  }

  /** In a regular expression this would be an intersection; Jimfs takes it for one. */
  @Test
  void ampersandsInASetStandForThemselves() {
    assertTrue(selects(new LinearSelection("*[!A&&b]"), "x.c"));
    assertFalse(selects(new LinearSelection("*[!A&&b]"), "x.b"));
    assertFalse(selects(new LinearSelection("*[!A&&b]"), "x.&"));
  }
}
