package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file open for writing. Errors name the file and a way out. */
public final class OutputFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private OutputFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates a file, or truncates an existing one.
   *
   * @param path a file in an existing folder
   * @return the file, to be closed
   * @throws IOException if it cannot be created
   */
  public static OutputFile create(Path path) throws IOException {
    return new OutputFile(
        path,
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE));
  }

  /**
   * Opens a file that an earlier process wrote, and keeps its content.
   *
   * @param path must exist
   * @return the file, to be closed
   * @throws IOException if it cannot be opened
   */
  public static OutputFile reopen(Path path) throws IOException {
    return new OutputFile(path, FileChannel.open(path, StandardOpenOption.WRITE));
  }

  /**
   * Writes all remaining bytes of a buffer.
   *
   * @param bytes the bytes to write
   * @param from the position in the file, in bytes, at least 0
   * @throws IOException if not all can be written, for example because the disk is full
   */
  public void write(ByteBuffer bytes, long from) throws IOException {
    long at = from;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw withPath(e);
    }
  }

  /**
   * Forces everything to the disk.
   *
   * @throws IOException if that fails
   */
  public void force() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw withPath(e);
    }
  }

  private IOException withPath(IOException e) {
    // An interrupt closes the channel; the disk is not to blame.
    return e instanceof ClosedChannelException
        ? e
        : new IOException(
            "cannot write "
                + path
                + ": "
                + e.getMessage()
                + "; free some space or choose a folder on another disk",
            e);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
