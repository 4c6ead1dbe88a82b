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
 * An open file. Values are read by position into one reused buffer; the file is never mapped, so
 * one that is cut off meanwhile gives an error and not a crash. Files that were opened together
 * share the buffer: a hundred shards take no more memory than one file.
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
   * @return to be closed
   * @throws InvalidFileException if it is not sound, saying what is wrong
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return openAll(List.of(path)).get(0);
  }

  /**
   * Opens files that share a buffer, and checks their headers.
   *
   * @param paths safetensors files
   * @return in the same order, to be closed
   * @throws InvalidFileException if one is not sound, saying what is wrong; then none is open
   * @throws IOException if one cannot be read; then none is open
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
   * @param files open or closed
   * @throws IOException if one cannot be closed
   */
  public static void closeAll(List<SafetensorsFile> files) throws IOException {
    for (SafetensorsFile file : files) {
      file.close();
    }
  }

  /**
   * Opens another file that has this one's header, complete or still in the making. The two share a
   * buffer.
   *
   * @param other the other file
   * @return to be closed
   * @throws IOException if it cannot be read
   */
  public SafetensorsFile over(Path other) throws IOException {
    return new SafetensorsFile(
        other, FileChannel.open(other, StandardOpenOption.READ), header, buffer);
  }

  /**
   * Where the file is.
   *
   * @return as it was given
   */
  public Path path() {
    return path;
  }

  /**
   * The checked header.
   *
   * @return with all tensors
   */
  public SafetensorsHeader header() {
    return header;
  }

  /**
   * The channel, for copying bytes.
   *
   * @return open until this is closed
   */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Reads values as float32, exactly. Threads take turns, at all files that share a buffer.
   *
   * @param tensor one of the header's
   * @param first the first element
   * @param into takes the values
   * @param offset where in {@code into} they go
   * @param count how many
   * @throws InvalidFileException if the tensor is not {@linkplain DType#isComputable computable},
   *     or the file ends early
   * @throws IllegalArgumentException if the tensor or {@code into} has not so many elements
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

  /** What threads that read or write through it must hold the lock of. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Fills a buffer with the bytes from a place in the file on. */
  void readBytes(ByteBuffer into, long from) throws IOException {
    SafetensorsHeader.readFully(path, channel, into, from);
  }

  private void requireComputable(TensorEntry tensor) throws InvalidFileException {
    if (!tensor.dtype().isComputable()) {
      throw new InvalidFileException(
          path
              + ": tensor "
              + tensor.name()
              + " is of type "
              + tensor.dtype()
              + "; only F32, F16 and BF16 are computed with: convert the model first");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
