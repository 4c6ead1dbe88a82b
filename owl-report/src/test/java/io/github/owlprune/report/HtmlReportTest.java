package io.github.owlprune.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.analysis.AnalysisResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static Document report() {
    return Jsoup.parse(HtmlReport.of(Sample.HOSTILE, Sample.analysis()).toString());
  }

  @Test
  void nothingLeavesTheFile() {
    Document page = report();
    for (Element element : page.getAllElements()) {
      for (Attribute attribute : element.attributes()) {
        if (List.of("src", "srcset", "href", "data", "action").contains(attribute.getKey())) {
          assertTrue(attribute.getValue().startsWith("data:image/svg+xml;base64,"));
        }
      }
    }
    assertEquals(3, page.select("figure img").size());
    assertEquals(3, page.select("figure source").size());
    assertFalse(page.select("style").html().matches("(?s).*(url\\(|@import).*"));
    assertEquals(0, page.select("link, iframe, object, embed").size());
  }

  @Test
  void namesThatLookLikeMarkupAreText() {
    Document page = report();
    assertEquals(0, page.select("script").size());
    assertEquals("Outliers of " + Sample.HOSTILE, page.title());
    assertTrue(page.select("tbody th").eachText().contains("layers.0" + Sample.HOSTILE));
    assertTrue(page.select("thead th").eachText().contains("Δ " + Sample.HOSTILE));
  }

  @Test
  void itSaysWhatTheAnalysisSays() {
    Document page = report();
    AnalysisResult analysis = Sample.analysis();
    assertEquals(analysis.summary(), page.select("#summary li").eachText());
    assertEquals(analysis.warnings(), page.select(".warning").eachText());
    assertEquals(analysis.remarks(), page.select(".remark").eachText());
    List<String> mean = page.select("tr.total").first().children().eachText();
    assertEquals(List.of("mean", "4.000", "0.750", "−0.200", "+0.030", "+0.000"), mean);
    assertEquals(Sample.BLOCKS, page.select("details tbody tr").size());
  }

  @Test
  void theDenseModelAloneHasAReport(@TempDir Path temp) throws IOException {
    AnalysisResult dense =
        new AnalysisResult(
            AnalysisResult.VERSION, "ids", "*", List.of(), Sample.outliers(0), List.of());
    Path file = temp.resolve("new").resolve("report.html");
    HtmlReport.of("tiny", dense).write(file);
    Document page = Jsoup.parse(Files.readString(file));
    assertEquals(1, page.select("figure").size());
    assertEquals("tiny", page.select("h1").first().ownText());
  }
}
