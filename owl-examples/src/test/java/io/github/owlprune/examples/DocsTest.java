package io.github.owlprune.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Checks that the README and the documents say what is so. */
class DocsTest {
  private static final Path DOCS = Document.ROOT.resolve("docs");

  /** What a snippet need not import: the library, and what Java programs usually import. */
  private static final String IMPORTS =
      """
      import static io.github.owlprune.admm.Admm.admm;
      import static io.github.owlprune.compress.Magnitude.magnitude;
      import static io.github.owlprune.compress.Refit.refit;
      import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
      import static io.github.owlprune.wanda.Wanda.wanda;
      import io.github.owlprune.*;
      import io.github.owlprune.admm.*;
      import io.github.owlprune.allocation.*;
      import io.github.owlprune.analysis.*;
      import io.github.owlprune.calibration.*;
      import io.github.owlprune.compress.*;
      import io.github.owlprune.linalg.*;
      import io.github.owlprune.measure.*;
      import io.github.owlprune.model.*;
      import io.github.owlprune.models.*;
      import io.github.owlprune.pipeline.*;
      import io.github.owlprune.plan.*;
      import io.github.owlprune.report.*;
      import io.github.owlprune.runtime.*;
      import io.github.owlprune.sparsegpt.*;
      import io.github.owlprune.statistics.*;
      import io.github.owlprune.tuning.*;
      import io.github.owlprune.wanda.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import org.nd4j.linalg.api.ndarray.INDArray;
      """;

  /** A snippet's own imports, then the rest. */
  private static final Pattern PARTS = Pattern.compile("(?s)((?:import [^;]+;\\s*)*)(.*)");

  private static final Pattern TYPE =
      Pattern.compile("(?s)(?:@\\w+\\s+)*(?:final |abstract )*(?:class|record|interface|enum) .*");

  private static final class Source extends SimpleJavaFileObject {
    private final String code;

    Source(String name, String code) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }

  /** A snippet is a class, or statements that may use a model and a calibration. */
  private static String code(int number, String snippet) {
    Matcher parts = PARTS.matcher(snippet);
    assertTrue(parts.matches());
    String imports = IMPORTS + parts.group(1);
    if (TYPE.matcher(parts.group(2)).matches()) {
      return imports + parts.group(2);
    }
    return imports
        + "class Snippet"
        + number
        + " { CausalLm model; Calibration calib; void run() throws Exception {\n"
        + parts.group(2)
        + "} }\n";
  }

  @Test
  void everySnippetCompilesAndPassesItsContract(@TempDir Path classes) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (Document document : Document.all()) {
      for (String snippet : document.snippets()) {
        sources.add(new Source("Snippet" + sources.size(), code(sources.size(), snippet)));
      }
    }
    assertTrue(sources.size() >= 8, "there are snippets");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(errors, null, null, options, null, sources).call();
    assertEquals("", errors.toString());
    assertTrue(compiled);
    runContracts(classes);
  }

  /** Runs the test classes among the snippets, which hold the others to the contracts. */
  private static void runContracts(Path classes) throws IOException {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        Stream<Path> files = Files.list(classes)) {
      List<ClassSelector> tests =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("Test.class"))
              .map(name -> selectClass(loader, name.replace(".class", "")))
              .toList();
      assertEquals(4, tests.size(), "one for each kind of extension");
      LauncherFactory.create().execute(request().selectors(tests).build(), summary);
    }
    StringWriter failures = new StringWriter();
    summary.getSummary().printFailuresTo(new PrintWriter(failures));
    assertEquals(0, summary.getSummary().getTotalFailureCount(), failures.toString());
    assertTrue(summary.getSummary().getTestsSucceededCount() > 40, "contracts have many tests");
  }

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Document document : Document.all()) {
      for (String link : document.relativeLinks()) {
        if (!leads(document, link)) {
          dead.add(document.path() + ": " + link);
        }
      }
    }
    assertEquals(List.of(), dead);
  }

  private static boolean leads(Document from, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? from.path() : from.path().resolveSibling(parts[0]);
    return Files.exists(target)
        && (parts.length == 1 || Document.read(target).anchors().contains(parts[1]));
  }

  @Test
  void theIndexListsEveryPage() throws IOException {
    List<String> listed = Document.read(DOCS.resolve("index.md")).relativeLinks();
    try (Stream<Path> files = Files.list(DOCS)) {
      List<String> missing =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".md") && !name.equals("index.md"))
              .filter(name -> !listed.contains(name))
              .sorted()
              .toList();
      assertEquals(List.of(), missing);
    }
  }

  @Test
  void theChartIsDrawnFromTheFigures() throws IOException {
    List<ResultsChart.Figure> figures =
        ResultsChart.Figure.read(Document.ROOT.resolve(ResultsChart.FIGURES));
    for (ResultsChart.Page page : ResultsChart.Page.values()) {
      Path image = Document.ROOT.resolve(ResultsChart.IMAGES).resolve(page.file());
      assertEquals(
          ResultsChart.svg(figures, page), Files.readString(image), "run ResultsChart again");
    }
  }

  @Test
  void theReadmeAndTheMeasurementsGiveTheChartsFigures() throws IOException {
    String readme = Files.readString(Document.ROOT.resolve("README.md"));
    String measurements = Files.readString(DOCS.resolve("measurements.md"));
    for (ResultsChart.Figure figure :
        ResultsChart.Figure.read(Document.ROOT.resolve(ResultsChart.FIGURES))) {
      assertTrue(readme.contains("| " + figure.perplexity() + " |"), figure.toString());
      assertTrue(measurements.contains(figure.perplexity()), figure.toString());
    }
  }

  @Test
  void theReadmesDemoCommandNamesTheProfileThatRunsIt() throws IOException {
    String readme = Files.readString(Document.ROOT.resolve("README.md"));
    assertTrue(readme.contains("mvn -q -Pdemo -pl owl-examples -am -Dmaven.test.skip package"));
    String pom = Files.readString(Path.of("pom.xml"));
    assertTrue(pom.contains("<id>demo</id>") && pom.contains(Demo.class.getName()));
  }
}
