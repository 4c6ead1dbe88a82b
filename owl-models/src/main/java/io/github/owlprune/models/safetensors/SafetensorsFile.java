package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An open safetensors file. Values are read by position into a reused buffer. The file is never
 * mapped, so truncation by another process causes an exception and not a crash. Files opened
 * together share one buffer: a hundred shards need no more memory than one file.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final ByteBuffer buffer;

  private SafetensorsFile(
      Path path, FileChannel channel, SafetensorsHeader header, ByteBuffer buffer) {
    this.path = path;
    this.channel = channel;
    this.header = header;
    this.buffer = buffer;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param path a safetensors file
   * @return the file, to be closed
   * @throws InvalidFileException if the header is malformed
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return openAll(List.of(path)).get(0);
  }

  /**
   * Opens files that share a buffer, and checks their headers.
   *
   * @param paths safetensors files
   * @return the files in the same order, to be closed
   * @throws InvalidFileException if a header is malformed; no file is then left open
   * @throws IOException if a file cannot be read; no file is then left open
   */
  public static List<SafetensorsFile> openAll(List<Path> paths) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      for (Path path : paths) {
        files.add(open(path, buffer));
      }
      return List.copyOf(files);
    } catch (IOException | RuntimeException e) {
      closeAll(files);
      throw e;
    }
  }

  private static SafetensorsFile open(Path path, ByteBuffer buffer) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(path, channel, SafetensorsHeader.read(path, channel), buffer);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Closes files.
   *
   * @param files open or closed files
   * @throws IOException if one cannot be closed
   */
  public static void closeAll(List<SafetensorsFile> files) throws IOException {
    for (SafetensorsFile file : files) {
      file.close();
    }
  }

  /**
   * Opens a copy of this file, complete or unfinished, with the same header. Both share a buffer.
   *
   * @param copy the copy
   * @return the file, to be closed
   * @throws IOException if it cannot be read
   */
  public SafetensorsFile openCopy(Path copy) throws IOException {
    return new SafetensorsFile(
        copy, FileChannel.open(copy, StandardOpenOption.READ), header, buffer);
  }

  /**
   * Returns the path of the file.
   *
   * @return the path as given
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the checked header.
   *
   * @return the header with all tensors
   */
  public SafetensorsHeader header() {
    return header;
  }

  /**
   * Returns the channel, for copying bytes.
   *
   * @return the channel, open until this file is closed
   */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Reads values as float32, exactly. Threads take turns across all files that share a buffer.
   *
   * @param tensor an entry of the header
   * @param first the index of the first element
   * @param into receives the values
   * @param offset the index in {@code into} of the first value
   * @param count the number of values
   * @throws InvalidFileException if the tensor is not {@linkplain DType#isComputable computable},
   *     or the file ends early
   * @throws IllegalArgumentException if the range exceeds the tensor or {@code into}
   * @throws IOException if it cannot be read
   */
  public void read(TensorEntry tensor, long first, float[] into, int offset, int count)
      throws IOException {
    requireComputable(tensor);
    tensor.requireRange(first, into, offset, count);
    DType dtype = tensor.dtype();
    int step = BUFFER_BYTES / dtype.bytes();
    synchronized (buffer) {
      for (int done = 0; done < count; done += step) {
        int n = Math.min(step, count - done);
        buffer.clear().limit(n * dtype.bytes());
        readBytes(buffer, tensor.offset() + (first + done) * dtype.bytes());
        for (int i = 0; i < n; i++) {
          into[offset + done + i] = dtype.get(buffer, i);
        }
      }
    }
  }

  /** Returns the shared buffer; threads that use it must hold its lock. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Fills a buffer with bytes from a position in the file. */
  void readBytes(ByteBuffer into, long from) throws IOException {
    SafetensorsHeader.readFully(path, channel, into, from);
  }

  private void requireComputable(TensorEntry tensor) throws InvalidFileException {
    if (!tensor.dtype().isComputable()) {
      throw new InvalidFileException(path + ": " + tensor.refusal());
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
