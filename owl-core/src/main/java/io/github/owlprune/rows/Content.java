package io.github.owlprune.rows;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * The bytes of a file without their compression and without a byte-order mark. Gzip and zstd are
 * recognised by their first bytes, whatever the file's name.
 */
public final class Content {
  /** The number of bytes by which a format is recognised. */
  static final int HEAD = 4;

  private static final int BUFFER = 1 << 16;

  private Content() {}

  /**
   * Opens a file.
   *
   * @param file an existing file
   * @return its content; the caller closes it
   * @throws IOException if it cannot be read
   */
  public static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      PushbackInputStream in = new PushbackInputStream(raw, HEAD);
      return withoutMark(decompressed(in, peek(in), file));
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** Returns the first bytes of a file as it is stored, at most {@value #HEAD}. */
  static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    }
  }

  private static InputStream decompressed(PushbackInputStream in, byte[] head, Path file)
      throws IOException {
    if (startsWith(head, 0x1F, 0x8B)) {
      return new Decoder(file, "gzip", () -> new GZIPInputStream(in, BUFFER));
    }
    if (startsWith(head, 0x28, 0xB5, 0x2F, 0xFD)) {
      return new Decoder(file, "zstd", () -> new ZstdInputStream(in));
    }
    return in;
  }

  private static InputStream withoutMark(InputStream content) throws IOException {
    PushbackInputStream in = new PushbackInputStream(content, HEAD);
    byte[] head = peek(in);
    if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
      in.skipNBytes(3);
    }
    return in;
  }

  private static byte[] peek(PushbackInputStream in) throws IOException {
    byte[] head = in.readNBytes(HEAD);
    in.unread(head);
    return head;
  }

  static boolean startsWith(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((bytes[i] & 0xFF) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** Opens a decompressing stream. */
  private interface Opening {
    InputStream open() throws IOException;
  }

  /** Names the file when its compressed data is damaged. */
  private static final class Decoder extends FilterInputStream {
    private final Path file;
    private final String compression;

    Decoder(Path file, String compression, Opening opening) throws IOException {
      super(InputStream.nullInputStream());
      this.file = file;
      this.compression = compression;
      try {
        in = opening.open();
      } catch (IOException | RuntimeException e) {
        throw damaged(e);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        return in.read(bytes, from, length);
      } catch (IOException | RuntimeException e) { // the zstd decoder reports damage unchecked
        throw damaged(e);
      }
    }

    private IOException damaged(Exception cause) {
      return new IOException(
          file
              + " is damaged or incomplete "
              + compression
              + " data ("
              + cause.getMessage()
              + "); fetch it again",
          cause);
    }
  }
}
