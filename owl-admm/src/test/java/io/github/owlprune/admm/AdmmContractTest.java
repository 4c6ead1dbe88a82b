package io.github.owlprune.admm;

import static io.github.owlprune.admm.Admm.admm;
import static io.github.owlprune.compress.Refit.refit;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.testkit.CompressorContract;
import org.junit.jupiter.api.Nested;

/** ADMM keeps the contract of a strategy, over the matrix and within rows. */
class AdmmContractTest {
  @Nested
  class OverTheMatrixTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return admm();
    }
  }

  @Nested
  class WithinRowsTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return admm().withinRows();
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
      return refit(admm());
    }
  }
}
