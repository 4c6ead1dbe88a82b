package io.github.owlprune.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Decompresses pages. */
final class Codec {
  private static final List<String> NAMES =
      List.of("none", "Snappy", "gzip", "LZO", "Brotli", "framed LZ4", "zstd", "LZ4");

  private Codec() {}

  /**
   * Decompresses a part of a page.
   *
   * @param codec the number of the compression
   * @param size the number of bytes after decompression
   * @throws IOException if the data is damaged or the compression is not supported
   */
  static byte[] decompress(int codec, byte[] bytes, int from, int length, int size)
      throws IOException {
    return switch (codec) {
      case 0 -> plain(bytes, from, length, size);
      case 1 -> block(new SnappyDecompressor(), bytes, from, length, size);
      case 2 -> gzip(bytes, from, length, size);
      case 6 -> block(new ZstdDecompressor(), bytes, from, length, size);
      case 7 -> block(new Lz4Decompressor(), bytes, from, length, size);
      default ->
          throw new IOException(
              "it is compressed by "
                  + (codec >= 0 && codec < NAMES.size() ? NAMES.get(codec) : "codec " + codec)
                  + ", which is not supported; write it with zstd, Snappy, gzip or LZ4_RAW");
    };
  }

  private static byte[] plain(byte[] bytes, int from, int length, int size) throws IOException {
    if (length != size) {
      throw new IOException("a page has " + length + " bytes instead of " + size);
    }
    byte[] out = new byte[size];
    System.arraycopy(bytes, from, out, 0, size);
    return out;
  }

  private static byte[] block(Decompressor codec, byte[] bytes, int from, int length, int size)
      throws IOException {
    byte[] out = new byte[size];
    int written = codec.decompress(bytes, from, length, out, 0, size);
    if (written != size) {
      throw new IOException("a page unpacks to " + written + " bytes instead of " + size);
    }
    return out;
  }

  private static byte[] gzip(byte[] bytes, int from, int length, int size) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes, from, length))) {
      byte[] out = in.readNBytes(size);
      if (out.length != size || in.read() >= 0) {
        throw new IOException("a page does not unpack to " + size + " bytes");
      }
      return out;
    }
  }
}
