package io.github.owlprune.pruning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.plan.Report;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NarrowRowsTest {
  private record OneLinear(Linear linear) implements Block {
    @Override
    public String name() {
      return "block";
    }

    @Override
    public List<Linear> linears() {
      return List.of(linear);
    }

    @Override
    public OpenBlock open(Workers workers) {
      throw new UnsupportedOperationException();
    }
  }

  private static Optional<String> remark(int inputs, double share, long zerosInRow) {
    Linear linear = new Linear("q", 10, inputs, "x");
    Report.PrunedLinear pruned =
        new Report.PrunedLinear(
            "q",
            linear.weights(),
            new Sparsity.Unstructured(share),
            10 * zerosInRow,
            List.of(),
            List.of());
    return NarrowRows.remark(
        List.of(new OneLinear(linear)),
        List.of(new Report.PrunedBlock("block", null, 0, List.of(pruned))));
  }

  @Test
  void wholeWeightsOfNarrowRowsAreExplained() {
    assertEquals(
        Optional.of(
            "0.6875 of the weights are zero and not 0.7000, because each row loses a whole number"
                + " of weights, rounded down, and the narrowest rows have only 48"),
        remark(48, 0.7, 33));
  }

  @Test
  void aSmallDifferenceAndAnotherCauseAreNot() {
    assertEquals(Optional.empty(), remark(4096, 0.7, 2867)); // 0.69995
    assertEquals(Optional.empty(), remark(48, 0.6875, 33));
    assertEquals(Optional.empty(), remark(48, 0.7, 30), "rounding does not explain this");
  }
}
