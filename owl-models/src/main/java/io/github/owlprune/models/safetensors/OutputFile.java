package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is being written. What goes wrong names the file and the way out. */
public final class OutputFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private OutputFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes a file, or empties one.
   *
   * @param path in a folder that exists
   * @return to be closed
   * @throws IOException if it cannot be made
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
   * Opens a file that an earlier process wrote to; what is there stays.
   *
   * @param path must exist
   * @return to be closed
   * @throws IOException if it cannot be opened
   */
  public static OutputFile reopen(Path path) throws IOException {
    return new OutputFile(path, FileChannel.open(path, StandardOpenOption.WRITE));
  }

  /**
   * Writes all bytes that remain in a buffer.
   *
   * @param bytes what to write
   * @param from where in the file, in bytes, at least 0
   * @throws IOException if not all can be written, for want of space, say
   */
  public void write(ByteBuffer bytes, long from) throws IOException {
    long at = from;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw named(e);
    }
  }

  /**
   * Waits until everything is on the disk.
   *
   * @throws IOException if that fails
   */
  public void force() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw named(e);
    }
  }

  private IOException named(IOException e) {
    // An interrupt closes the channel; that says nothing about the disk.
    return e instanceof ClosedChannelException
        ? e
        : new IOException(
            path
                + " cannot be written: "
                + e.getMessage()
                + "; make room there or choose a folder on another disk",
            e);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
