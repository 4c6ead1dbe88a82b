package io.github.owlprune.models.decoder;

import io.github.owlprune.kernels.PackedMatrix;
import io.github.owlprune.kernels.RowProducts;
import io.github.owlprune.linalg.Matrix;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** The row products of a model's packed weights, and buffers that are reused by all of them. */
final class PackedProducts implements AutoCloseable {
  /** The most rows that are multiplied as row products; more are faster by tiles. */
  static final int FEW = 8;

  /** The floats of a tile of unpacked weights: some of them stay in a core's cache. */
  private static final int TILE_FLOATS = 1 << 18;

  private final RowProducts products;
  private final ConcurrentLinkedDeque<Buffers> idle = new ConcurrentLinkedDeque<>();

  PackedProducts(int threads) {
    this.products = RowProducts.open(threads);
  }

  /** Returns the name of the kernels that compute. */
  String kernels() {
    return products.kernels();
  }

  void multiply(PackedMatrix weight, float[] x, int count, float[] y) {
    products.multiply(weight, x, count, y);
  }

  /** Returns buffers that nobody else uses until they are closed. */
  Buffers borrow() {
    Buffers buffers = idle.pollFirst();
    return buffers == null ? new Buffers() : buffers;
  }

  /** The buffers of one product; closing them makes them available to the next. */
  final class Buffers implements AutoCloseable {
    private float[] inputs = {};
    private float[] outputs = {};
    private @Nullable Matrix tile;

    float[] inputs(int length) {
      if (inputs.length < length) {
        inputs = new float[length];
      }
      return inputs;
    }

    float[] outputs(int length) {
      if (outputs.length < length) {
        outputs = new float[length];
      }
      return outputs;
    }

    /** Returns a matrix with this many columns, and as many rows as a tile has. */
    Matrix tile(int columns) {
      if (tile == null || tile.columns() != columns) {
        free();
        tile = Matrix.allocate(Math.max(1, TILE_FLOATS / columns), columns);
      }
      return tile;
    }

    private void free() {
      if (tile != null) {
        tile.close();
      }
    }

    @Override
    public void close() {
      idle.addFirst(this);
    }
  }

  /** Ends the threads and frees the buffers. */
  @Override
  public void close() {
    products.close();
    idle.forEach(Buffers::free);
    idle.clear();
  }
}
