package io.github.owlprune.wanda;

import static io.github.owlprune.compress.Refit.refit;
import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.testkit.CompressorContract;
import org.junit.jupiter.api.Nested;

/** Wanda keeps the contract of a strategy, alone and re-fitted. */
class WandaContractTest {
  @Nested
  class PlainTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return wanda();
    }

    @Override
    public long zeros(int rows, int inputs, double share) {
      return rows * Sparsity.zerosAmong(inputs, share);
    }
  }

  @Nested
  class RefittedTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return refit(wanda());
    }

    @Override
    public long zeros(int rows, int inputs, double share) {
      return rows * Sparsity.zerosAmong(inputs, share);
    }
  }
}
