package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final Path LLAMA = Path.of(System.getProperty("owl.golden"), "llama");

  /** Three inputs of 48 and one of 80; the largest weights are of 48 x 80. */
  @Test
  void everyMethodAddsWhatItHoldsBesideTheBlock() throws IOException {
    try (CausalLm model = CausalLm.open(LLAMA)) {
      TokenIds ids = Calibration.ids(List.of(new int[] {5, 6, 7, 8}));
      Estimate passes = Estimate.of(model, ids, 1, 1, 1);
      Estimate hessians = passes.withHessians(model, ids, 1);
      assertEquals(4 * (3 * 48 * 48 + 2 * 80 * 80), hessians.fixedBytes() - passes.fixedBytes());
      Estimate rounds = hessians.withRounds(model, 1);
      // 2 squares and 5 weights exceed LAPACK's 3 squares.
      long more = 4 * (2 * 80 * 80 + 5 * 48 * 80);
      assertEquals(more, rounds.fixedBytes() - hessians.fixedBytes());
      assertSame(passes, passes.withHessians(model, ids, 0).withRounds(model, 0));
    }
  }

  /** Each of three blocks has two inputs that all tokens reach, and four experts that half do. */
  @Test
  void expertsGatherFromTheirShareOfTheTokens() throws IOException {
    try (CausalLm model = CausalLm.open(LLAMA.resolveSibling("mixtral"))) {
      TokenIds ids = Calibration.ids(List.of(new int[] {5, 6, 7, 8}));
      Estimate passes = Estimate.of(model, ids, 0, 1, 1);
      Estimate hessians = passes.withHessians(model, ids, 1);
      double ofExperts = 4 * (48 * 48 + 80 * 80) / 2.0;
      assertEquals(
          4 * 3 * (2 * 48 * 48 + ofExperts) / 2,
          hessians.multiplyAdds() - passes.multiplyAdds(),
          1e-3);
      long all = 2 * 48 * 48 + 4 * (48 * 48 + 80 * 80);
      assertEquals(4 * all, hessians.statisticsBytes());
      assertEquals(4 * (all - 80 * 80), hessians.divisibleBytes());
      assertEquals(0, hessians.undivided().divisibleBytes());
    }
  }
}
