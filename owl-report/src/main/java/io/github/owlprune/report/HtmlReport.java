package io.github.owlprune.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.github.owlprune.analysis.AnalysisResult;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An analysis as one self-contained HTML file, without network access, fonts or scripts. It starts
 * with a summary, followed by settings, charts and tables, on a light or dark background according
 * to the reader's system setting.
 */
public final class HtmlReport {
  private final String html;

  private HtmlReport(String html) {
    this.html = html;
  }

  /**
   * Creates a report.
   *
   * @param title the subject, such as the model's name; like every name in the report, it may
   *     contain any characters
   * @param analysis the measurements
   * @return the finished report
   */
  public static HtmlReport of(String title, AnalysisResult analysis) {
    return new HtmlReport(template().execute(Page.of(title, analysis)));
  }

  private static Template template() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.mustache")),
            StandardCharsets.UTF_8)) {
      return Mustache.compiler().compile(in); // the compiler escapes every value
    } catch (IOException e) {
      throw new UncheckedIOException("the report's template cannot be read", e);
    }
  }

  /**
   * Writes the report to a temporary file, then moves it into place.
   *
   * @param file usually a {@code .html} file; its folder is created if needed
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, html.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the report.
   *
   * @return an HTML document
   */
  @Override
  public String toString() {
    return html;
  }
}
