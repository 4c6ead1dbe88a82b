package io.github.owlprune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** All sequences in one temporary file, one of them in memory; the file goes with the object. */
final class HiddenStatesInFile implements HiddenStates {
  private static final int BUFFER_BYTES = 1 << 20;

  private final long[] offsets;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
  private float[] current = new float[0];

  HiddenStatesInFile(int width, List<int[]> sequences) {
    this.offsets = new long[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      int floats = Math.multiplyExact(sequences.get(i).length, width);
      offsets[i + 1] = offsets[i] + (long) floats * Float.BYTES;
    }
    try {
      Path file = Files.createTempFile("owl-hidden-states", ".f32");
      this.channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new UncheckedIOException("the hidden states' temporary file cannot be made", e);
    }
  }

  @Override
  public float[] get(int sequence) {
    int floats = (int) ((offsets[sequence + 1] - offsets[sequence]) / Float.BYTES);
    if (current.length != floats) {
      current = new float[floats];
    }
    transfer(sequence, current, false);
    return current;
  }

  @Override
  public void put(int sequence, float[] hidden) {
    transfer(sequence, hidden, true);
  }

  private void transfer(int sequence, float[] hidden, boolean write) {
    long at = offsets[sequence];
    int step = BUFFER_BYTES / Float.BYTES;
    try {
      for (int from = 0; from < hidden.length; from += step) {
        int count = Math.min(step, hidden.length - from);
        buffer.clear().limit(count * Float.BYTES);
        if (write) {
          buffer.asFloatBuffer().put(hidden, from, count);
          while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
          }
        } else {
          at = fill(at);
          buffer.flip();
          buffer.asFloatBuffer().get(hidden, from, count);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the hidden states' temporary file cannot be "
              + (write ? "written; is the disk full?" : "read"),
          e);
    }
  }

  /** Fills the buffer; what was never written reads as zeros. */
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
  public int sequences() {
    return offsets.length - 1;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the hidden states' temporary file cannot be closed", e);
    }
  }
}
