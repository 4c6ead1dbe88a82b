package io.github.owlprune.runtime.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  @Property
  void theTextEndsBeforeTheFirstStop(
      @ForAll @Size(max = 3)
          List<@CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 4) String> stops,
      @ForAll @Size(max = 12)
          List<@CharRange(from = 'a', to = 'c') @StringLength(max = 4) String> pieces) {
    String text = String.join("", pieces);
    StopStrings stop = new StopStrings(stops);
    StringBuilder shown = new StringBuilder();
    StringBuilder given = new StringBuilder();
    for (String piece : pieces) {
      if (stop.found()) {
        break;
      }
      given.append(piece);
      shown.append(stop.add(piece));
      // What is held back could still become a stop string.
      assertTrue(stop.found() || given.length() - shown.length() < 4);
    }
    int first = stops.stream().mapToInt(text::indexOf).filter(i -> i >= 0).min().orElse(-1);
    // A stop that ends earlier may begin later: what counts is what the pieces so far contain.
    int seen =
        stops.stream().mapToInt(given.toString()::indexOf).filter(i -> i >= 0).min().orElse(-1);
    assertEquals(first >= 0, stop.found());
    shown.append(stop.end());
    assertEquals(seen < 0 ? text : text.substring(0, seen), shown.toString());
  }

  @Test
  void theBeginningOfAStopIsHeldBack() {
    StopStrings stop = new StopStrings(List.of("</s>"));
    assertEquals("a ", stop.add("a <"));
    assertEquals("", stop.add("/s"));
    assertEquals("</sb", stop.add("b"));
    assertEquals("", stop.add("<"));
    assertEquals("<", stop.end());
  }
}
