package io.github.owlprune.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file with two positions for the hidden states of every sequence: one holds the states that a
 * resumed run would start from, while those of the next block are written to the other.
 */
final class StatesFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final HiddenStateType type;
  private final long[] offsets;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());

  /**
   * Opens or creates the file.
   *
   * @param folder the folder of the file, which remains when this is closed; null for a temporary
   *     file
   * @param floats the number of floats of each sequence
   */
  StatesFile(@Nullable Path folder, HiddenStateType type, int[] floats) {
    this.type = type;
    this.offsets = new long[floats.length + 1];
    for (int i = 0; i < floats.length; i++) {
      offsets[i + 1] = offsets[i] + (long) floats[i] * type.bytes();
    }
    try {
      this.channel =
          folder == null
              ? open(
                  Files.createTempFile("owl-hidden-states", ""), StandardOpenOption.DELETE_ON_CLOSE)
              : open(folder.resolve("states"), StandardOpenOption.CREATE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "a file for hidden states cannot be created: " + e.getMessage(), e);
    }
  }

  private static FileChannel open(Path file, StandardOpenOption how) throws IOException {
    return FileChannel.open(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, how));
  }

  /** Reads a sequence at a position; bytes that were never written read as zeros. */
  void read(int sequence, int place, float[] hidden) {
    transfer(sequence, place, hidden, false);
  }

  void write(int sequence, int place, float[] hidden) {
    transfer(sequence, place, hidden, true);
  }

  private void transfer(int sequence, int place, float[] hidden, boolean write) {
    long at = place * offsets[offsets.length - 1] + offsets[sequence];
    int step = BUFFER_BYTES / type.bytes();
    try {
      for (int from = 0; from < hidden.length; from += step) {
        int count = Math.min(step, hidden.length - from);
        buffer.clear().limit(count * type.bytes());
        if (write) {
          type.put(buffer, hidden, from, count);
          while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
          }
        } else {
          at = fill(at);
          buffer.flip();
          type.get(buffer, hidden, from, count);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the file of hidden states cannot be "
              + (write ? "written; is the disk full? " : "read: ")
              + e.getMessage(),
          e);
    }
  }

  private long fill(long from) throws IOException {
    long at = from;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        while (buffer.hasRemaining()) {
          buffer.put((byte) 0);
        }
        return at;
      }
      at += read;
    }
    return at;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the file of hidden states cannot be closed", e);
    }
  }
}
