package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Opens folders with arbitrary content. Each must either be a model whose first embedding can be
 * read, or be rejected with a short message that names the folder: no other exception, and no
 * memory out of proportion to the files. An endless loop fails the build by its timeout.
 */
final class HostileFolder {
  /** The memory for opening any folder: recipe, text buffers, model. Measured: below 400 KiB. */
  private static final long SMALLEST = 1 << 20;

  /**
   * The bytes of objects per byte of JSON. The worst case is an empty object, "{}," in 3 bytes: a
   * node, its map, its place in the list. Measured: below 56.
   */
  private static final long OBJECTS = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static {
    // Load all classes first, with a model that also needs ND4J, so that they are not counted.
    Path projected = Golden.FOLDER.resolve("opt-post-norm");
    try (CausalLm model = CausalLm.open(projected)) {
      model.embed(new int[] {0}, new float[model.width()]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HostileFolder() {}

  /** Returns whether the folder opens; fails unless it opens or is rejected properly. */
  static boolean opens(Path folder) throws IOException {
    long allowed = SMALLEST + OBJECTS * json(folder);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean opened = true;
    try (CausalLm model = CausalLm.open(folder)) {
      assertTrue(model.parameters() > 0);
      model.embed(new int[] {0}, new float[model.width()]);
    } catch (IOException e) {
      String message = e.getMessage();
      assertTrue(message.contains(folder.toString()), message);
      // A few lines in a terminal, whatever the files contain.
      assertTrue(message.length() < 1200, () -> "a message of " + message.length());
      opened = false;
    } catch (ArithmeticException e) {
      String message = e.getMessage(); // NaN among the values of the embedding
      assertTrue(message.contains("embed") || message.contains("wte"), message);
    } catch (OutOfMemoryError e) {
      throw new AssertionError(
          e); // JUnit would abort the run on an OutOfMemoryError without naming the test
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        taken <= allowed,
        () -> taken + " bytes were allocated; at most " + allowed + " are allowed");
    return opened;
  }

  /** Returns the bytes of JSON in a folder. Only one row of the tensors is read. */
  private static long json(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += file.toString().endsWith(".safetensors") ? header(file) : Files.size(file);
      }
    }
    return bytes;
  }

  /** Returns the length of the header that a file claims, limited to the size of the file. */
  private static long header(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(length, 0);
      return Math.max(0, Math.min(channel.size(), length.getLong(0)));
    }
  }
}
