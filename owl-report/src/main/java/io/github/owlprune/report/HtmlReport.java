package io.github.owlprune.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.github.owlprune.Analysis;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An analysis as one HTML file that needs nothing else: no network, no font, no script. Summary
 * first, then settings, charts and tables; on light or dark ground, as the reader's system is set.
 */
public final class HtmlReport {
  private final String html;

  private HtmlReport(String html) {
    this.html = html;
  }

  /**
   * Makes the report.
   *
   * @param title what it is about, such as the model's name; like every name in it, it may hold any
   *     character
   * @param analysis what was measured
   * @return the finished report
   */
  public static HtmlReport of(String title, Analysis analysis) {
    return new HtmlReport(template().execute(Page.of(title, analysis)));
  }

  private static Template template() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.mustache")),
            StandardCharsets.UTF_8)) {
      return Mustache.compiler().compile(in); // escapes every value
    } catch (IOException e) {
      throw new UncheckedIOException("the report's template cannot be read", e);
    }
  }

  /**
   * Writes the report, beside its place and then moved there.
   *
   * @param file usually a {@code .html}; its folder is made
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, html.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The report itself.
   *
   * @return an HTML document
   */
  @Override
  public String toString() {
    return html;
  }
}
