package io.github.owlprune.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file of the repository, as GitHub reads it.
 *
 * @param path where it is
 * @param text its content
 */
record Document(Path path, String text) {
  /** The repository; tests run in their module's folder. */
  static final Path ROOT = Path.of("..");

  private static final Pattern JAVA = Pattern.compile("(?ms)^```java$\n(.*?)^```$");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern CODE = Pattern.compile("`[^`\n]+`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern ATTRIBUTE = Pattern.compile("(?:src|srcset|href)=\"([^\"]+)\"");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

  static Document read(Path path) throws IOException {
    return new Document(path, Files.readString(path));
  }

  /** Reads the README and everything else at the root, then {@code docs}. */
  static List<Document> all() throws IOException {
    List<Document> documents = new ArrayList<>();
    for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
          documents.add(read(file));
        }
      }
    }
    return documents;
  }

  /** Returns the Java snippets. */
  List<String> snippets() {
    return JAVA.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** Returns where the links and images lead that stay in the repository. */
  List<String> relativeLinks() {
    String prose = CODE.matcher(withoutCode()).replaceAll("");
    return Stream.of(LINK, ATTRIBUTE)
        .flatMap(pattern -> pattern.matcher(prose).results())
        .map(found -> found.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  /** Returns the names by which links reach the headings. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (MatchResult heading : HEADING.matcher(withoutCode()).results().toList()) {
      String shown = heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
      String plain = NOT_IN_ANCHORS.matcher(shown.toLowerCase(Locale.ROOT)).replaceAll("");
      String anchor = plain.replace(' ', '-');
      int before = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }

  private String withoutCode() {
    return FENCED.matcher(text).replaceAll("");
  }
}
