package io.github.owlprune.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.plan.Plan;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

class ChartTest {
  private static List<Chart> all() {
    return List.of(
        Chart.outlierRatios(Sample.outliers(0)),
        Chart.sparsities(Map.of("plan", Sample.plan(true, 0.02))),
        Chart.sparsities(Sample.analysis()),
        Chart.changes(Sample.analysis(), 5),
        Chart.measuredAndPlanned(Sample.plan(true, 0.02)));
  }

  private static Element parse(String svg)
      throws ParserConfigurationException, IOException, SAXException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    // The document type refers to a file on the network.
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    byte[] bytes = svg.getBytes(StandardCharsets.UTF_8);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
  }

  @Test
  void everyChartIsAValidPngAndSvg() throws Exception {
    for (Chart chart : all()) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.png()));
      assertEquals(900, image.getWidth());
      for (Theme theme : Theme.values()) {
        Element svg = parse(chart.svg(theme));
        assertEquals("svg", svg.getTagName());
        assertTrue(svg.getElementsByTagName("path").getLength() > 0);
      }
      assertFalse(chart.svg(Theme.LIGHT).equals(chart.svg(Theme.DARK)));
    }
  }

  @Test
  void theSameNumbersGiveTheSameBytes() {
    assertEquals(all().get(0).svg(), all().get(0).svg());
    assertArrayEquals(all().get(0).png(), all().get(0).png());
  }

  @Test
  void namesThatLookLikeMarkupAreDrawn() throws Exception {
    Element svg = parse(Chart.changes(Sample.analysis(), 5).svg());
    assertEquals(0, svg.getElementsByTagName("script").getLength());
    assertFalse(svg.getTextContent().contains("alert"), "text must be drawn as outlines");
  }

  @Test
  void theFilesNameChoosesTheFormat(@TempDir Path temp) throws IOException {
    Chart chart = all().get(0);
    Path png = temp.resolve("charts").resolve("a.png");
    chart.write(png);
    assertNotNull(ImageIO.read(png.toFile()));
    chart.write(temp.resolve("a.svg"));
    assertEquals(chart.svg(), Files.readString(temp.resolve("a.svg")));
    assertThrows(IllegalArgumentException.class, () -> chart.write(temp.resolve("a.gif")));
    try (var files = Files.list(temp)) {
      assertEquals(2, files.count(), "temporary files must be removed");
    }
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Chart.sparsities(Map.of()));
    Plan nothing = Sample.plan(false, 0);
    assertThrows(IllegalArgumentException.class, () -> Chart.measuredAndPlanned(nothing));
    assertThrows(IllegalArgumentException.class, () -> Chart.changes(Sample.analysis(), 4));
    AnalysisResult dense =
        new AnalysisResult(
            AnalysisResult.VERSION, "ids", "*", List.of(), Sample.outliers(0), List.of());
    assertThrows(IllegalArgumentException.class, () -> Chart.changes(dense, 5));
    assertThrows(IllegalArgumentException.class, () -> Chart.sparsities(dense));
  }
}
