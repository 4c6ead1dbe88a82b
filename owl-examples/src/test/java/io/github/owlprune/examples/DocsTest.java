package io.github.owlprune.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
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

/** Compiles every Java snippet of the README and of the documents. */
class DocsTest {
  private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java$\n(.*?)^```$");

  private static final String IMPORTS =
      """
      import io.github.owlprune.*;
      import io.github.owlprune.admm.*;
      import io.github.owlprune.allocation.*;
      import io.github.owlprune.linalg.*;
      import io.github.owlprune.model.*;
      import io.github.owlprune.models.*;
      import io.github.owlprune.pruning.*;
      import io.github.owlprune.report.*;
      import io.github.owlprune.sparsegpt.*;
      import io.github.owlprune.wanda.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import org.nd4j.linalg.api.ndarray.INDArray;
      """;

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

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(Path.of("..", "README.md")));
    try (Stream<Path> docs = Files.list(Path.of("..", "docs"))) {
      docs.filter(f -> f.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    return documents;
  }

  /** A snippet is a class, or statements that may use a model and a calibration. */
  private static String code(int number, String snippet) {
    if (snippet.startsWith("final class ")) {
      return IMPORTS + snippet;
    }
    return IMPORTS
        + "class Snippet"
        + number
        + " { CausalLm model; Calibration calib; void run() throws Exception {\n"
        + snippet
        + "} }\n";
  }

  @Test
  void everySnippetCompiles(@TempDir Path classes) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (Path document : documents()) {
      Matcher matcher = SNIPPET.matcher(Files.readString(document));
      while (matcher.find()) {
        int number = sources.size();
        sources.add(new Source("Snippet" + number, code(number, matcher.group(1))));
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
  }

  @Test
  void theReadmesDemoCommandNamesTheProfileThatRunsIt() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    assertTrue(readme.contains("mvn -q -Pdemo -pl owl-examples -am -Dmaven.test.skip package"));
    String pom = Files.readString(Path.of("pom.xml"));
    assertTrue(pom.contains("<id>demo</id>") && pom.contains(Demo.class.getName()));
  }
}
