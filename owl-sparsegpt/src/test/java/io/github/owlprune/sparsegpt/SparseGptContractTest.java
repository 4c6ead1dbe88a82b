package io.github.owlprune.sparsegpt;

import static io.github.owlprune.compress.Refit.refit;
import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.testkit.CompressorContract;
import org.junit.jupiter.api.Nested;

/** SparseGPT keeps the contract of a strategy, alone and re-fitted. */
class SparseGptContractTest {
  private static long zerosInBlocks(int rows, int inputs, int columnBlock, double share) {
    long zeros = 0;
    for (int from = 0; from < inputs; from += columnBlock) {
      zeros += Sparsity.zerosAmong((long) rows * Math.min(columnBlock, inputs - from), share);
    }
    return zeros;
  }

  @Nested
  class PlainTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return sparseGpt();
    }

    @Override
    public long zeros(int rows, int inputs, double share) {
      return zerosInBlocks(rows, inputs, 128, share);
    }
  }

  @Nested
  class NarrowBlocksTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return sparseGpt().withColumnBlock(10);
    }

    @Override
    public long zeros(int rows, int inputs, double share) {
      return zerosInBlocks(rows, inputs, 10, share);
    }
  }

  @Nested
  class RefittedTest implements CompressorContract {
    @Override
    public Compressor compressor() {
      return refit(sparseGpt());
    }

    @Override
    public long zeros(int rows, int inputs, double share) {
      return zerosInBlocks(rows, inputs, 128, share);
    }
  }
}
