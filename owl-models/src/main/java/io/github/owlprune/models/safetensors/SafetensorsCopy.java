package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A file in the making with the header of another, byte for byte: tensors that change are written
 * at their own places, and {@link #complete} brings over all the others. So every byte is written
 * once. It shares the source's buffer.
 */
public final class SafetensorsCopy implements AutoCloseable {
  private final SafetensorsFile source;
  private final OutputFile output;
  private final Set<String> written = new HashSet<>();
  private final ByteBuffer buffer;

  private SafetensorsCopy(SafetensorsFile source, OutputFile output) {
    this.source = source;
    this.output = output;
    this.buffer = source.buffer();
  }

  /**
   * Begins a file.
   *
   * @param source where the header and the unchanged tensors come from; stays open
   * @param output empty; closed with this
   * @return to be closed
   * @throws IOException if it cannot be written; then the output is closed
   */
  public static SafetensorsCopy begin(SafetensorsFile source, OutputFile output)
      throws IOException {
    try {
      output.write(source.header().raw().duplicate(), 0);
      return new SafetensorsCopy(source, output);
    } catch (IOException e) {
      output.close();
      throw e;
    }
  }

  /**
   * Writes values, rounded to the tensor's type: in the file and in the array.
   *
   * @param tensor one of the source's header
   * @param first the first element
   * @param values the values; rounded in place
   * @param offset where in {@code values} they begin
   * @param count how many
   * @throws IllegalArgumentException if the tensor or {@code values} has not so many elements, or
   *     the tensor is not {@linkplain DType#isComputable computable}
   * @throws IOException if they cannot be written, for want of space, say
   */
  public void write(TensorEntry tensor, long first, float[] values, int offset, int count)
      throws IOException {
    if (!tensor.dtype().isComputable()) {
      throw new IllegalArgumentException(
          "tensor " + tensor.name() + " is of type " + tensor.dtype() + "; it cannot be changed");
    }
    tensor.requireRange(first, values, offset, count);
    DType dtype = tensor.dtype();
    int step = buffer.capacity() / dtype.bytes();
    synchronized (buffer) {
      for (int done = 0; done < count; done += step) {
        int n = Math.min(step, count - done);
        buffer.clear();
        for (int i = 0; i < n; i++) {
          dtype.put(buffer, values[offset + done + i]);
        }
        output.write(buffer.flip(), tensor.offset() + (first + done) * dtype.bytes());
        for (int i = 0; i < n; i++) {
          values[offset + done + i] = dtype.get(buffer, i);
        }
      }
    }
  }

  /**
   * Says that tensors are whole; {@link #complete} will leave them alone.
   *
   * @param tensors their names
   */
  public void markWritten(Collection<String> tensors) {
    written.addAll(tensors);
  }

  /**
   * Waits until what was written is on the disk.
   *
   * @throws IOException if that fails
   */
  public void force() throws IOException {
    output.force();
  }

  /**
   * Brings over every tensor that was not written, and forces all to the disk.
   *
   * @throws IOException if that fails
   */
  public void complete() throws IOException {
    for (Map.Entry<String, TensorEntry> e : source.header().entries().entrySet()) {
      if (!written.contains(e.getKey())) {
        copy(e.getValue());
      }
    }
    output.force();
  }

  private void copy(TensorEntry tensor) throws IOException {
    long end = tensor.offset() + tensor.bytes();
    synchronized (buffer) {
      for (long at = tensor.offset(); at < end; at += buffer.capacity()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
        source.readBytes(buffer, at);
        output.write(buffer.flip(), at);
      }
    }
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
