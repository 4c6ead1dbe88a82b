package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * An unfinished copy of a file, with the same header. Changed tensors are written at their final
 * offsets, and {@link #complete} copies all others, so every byte is written once. The copy shares
 * the buffer of its source.
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
   * Begins a copy.
   *
   * @param source provides the header and the unchanged tensors; must stay open
   * @param output receives the copy; closed with it
   * @return the copy, to be closed
   * @throws IOException if the header cannot be written; the output is then closed
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
   * Writes values, rounded to the tensor's type.
   *
   * @param tensor an entry of the source's header
   * @param first the index of the first element
   * @param values the values; rounded in place
   * @param offset the index in {@code values} of the first value
   * @param count the number of values
   * @throws IllegalArgumentException if the range exceeds the tensor or {@code values}, or the
   *     tensor is not {@linkplain DType#isComputable computable}
   * @throws IOException if they cannot be written, for example because the disk is full
   */
  public void write(TensorEntry tensor, long first, float[] values, int offset, int count)
      throws IOException {
    if (!tensor.dtype().isComputable()) {
      throw new IllegalArgumentException(
          "tensor "
              + tensor.name()
              + " is of type "
              + tensor.typeName()
              + "; only F32, F16 and BF16 can be changed");
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
   * Marks tensors as completely written; {@link #complete} will not copy them.
   *
   * @param tensors the tensors' names
   */
  public void markWritten(Collection<String> tensors) {
    written.addAll(tensors);
  }

  /**
   * Forces everything written so far to the disk.
   *
   * @throws IOException if that fails
   */
  public void force() throws IOException {
    output.force();
  }

  /**
   * Copies every tensor that was not written, and forces everything to the disk.
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
