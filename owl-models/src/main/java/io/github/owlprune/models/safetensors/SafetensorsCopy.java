package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A file in the making with the header of another, byte for byte: tensors that change are written
 * at their own places, and {@link #complete} brings over all the others. So every byte is written
 * once.
 */
public final class SafetensorsCopy implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final SafetensorsFile source;
  private final FileChannel channel;
  private final Set<String> written = new HashSet<>();
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private SafetensorsCopy(SafetensorsFile source, FileChannel channel) {
    this.source = source;
    this.channel = channel;
  }

  /**
   * Begins a file.
   *
   * @param source where the header and the unchanged tensors come from; stays open
   * @param path must not exist
   * @return to be closed
   * @throws IOException if it cannot be written
   */
  public static SafetensorsCopy begin(SafetensorsFile source, Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    SafetensorsCopy copy = new SafetensorsCopy(source, channel);
    try {
      copy.write(source.header().raw().duplicate(), 0);
      return copy;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Writes values, rounded to the tensor's type.
   *
   * @param tensor one of the source's header
   * @param first the first element
   * @param values the values
   * @param offset where in {@code values} they begin
   * @param count how many
   * @throws IOException if they cannot be written, for want of space, say
   */
  public void write(TensorEntry tensor, long first, float[] values, int offset, int count)
      throws IOException {
    if (first < 0 || first + count > tensor.elements()) {
      throw new IllegalArgumentException(
          "elements "
              + first
              + " to "
              + (first + count)
              + " of tensor "
              + tensor.name()
              + " were given; it has "
              + tensor.elements());
    }
    DType dtype = tensor.dtype();
    int step = BUFFER_BYTES / dtype.bytes();
    for (int done = 0; done < count; done += step) {
      int n = Math.min(step, count - done);
      buffer.clear();
      for (int i = 0; i < n; i++) {
        dtype.put(buffer, values[offset + done + i]);
      }
      write(buffer.flip(), tensor.offset() + (first + done) * dtype.bytes());
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
    channel.force(true);
  }

  private void copy(TensorEntry tensor) throws IOException {
    long at = tensor.offset();
    long end = at + tensor.bytes();
    while (at < end) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
      int read = source.channel().read(buffer, at);
      if (read < 0) {
        throw new java.io.EOFException("tensor " + tensor.name() + " is cut off");
      }
      write(buffer.flip(), at);
      at += read;
    }
  }

  private void write(ByteBuffer bytes, long from) throws IOException {
    long at = from;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
