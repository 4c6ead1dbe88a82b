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
 * Opens folders that may hold anything, and insists that each is a model whose first embedding can
 * be read, or is refused in a short message that names the folder: no other exception, and no
 * memory that is out of proportion to the files. A loop without an end fails the build, which waits
 * for no test for ever.
 */
final class HostileFolder {
  /**
   * What opening takes whatever is in the files: the recipe, buffers of text, the model. Measured:
   * less than 400 KiB.
   */
  private static final long SMALLEST = 1 << 20;

  /**
   * Bytes of objects for a byte of JSON. The worst are empty objects, "{}," of 3 bytes: a node, its
   * map, its place in the list. Measured: less than 56.
   */
  private static final long OBJECTS = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static {
    // What is loaded on the first calls is not the files' memory; of this model, ND4J as well.
    Path projected = Golden.FOLDER.resolve("opt-post-norm");
    try (CausalLm model = CausalLm.open(projected)) {
      model.embed(new int[] {0}, new float[model.width()]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HostileFolder() {}

  /** Whether it opens. */
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
      // Some lines of a terminal, whatever the files say.
      assertTrue(message.length() < 1200, () -> "a message of " + message.length());
      opened = false;
    } catch (OutOfMemoryError e) {
      throw new AssertionError(e); // as it is, JUnit would end the whole run and not say where
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken <= allowed, () -> taken + " bytes were allocated, not " + allowed);
    return opened;
  }

  /** The bytes of JSON in a folder: of tensors only a row is read. */
  private static long json(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += file.toString().endsWith(".safetensors") ? header(file) : Files.size(file);
      }
    }
    return bytes;
  }

  /** What a file claims its header to be, if it can be. */
  private static long header(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(length, 0);
      return Math.max(0, Math.min(channel.size(), length.getLong(0)));
    }
  }
}
