package io.github.owlprune.models.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * What a file is that does not contain what its name says, by its first bytes: a pointer, a web
 * page, or another format.
 */
public enum FileKind {
  /** No bytes at all. */
  EMPTY("is empty; download it again"),
  /** What git clones in place of a large file if git-lfs is not installed. */
  LFS_POINTER(
      "is a git-lfs pointer, a few lines that stand for the file; install git-lfs and run git lfs"
          + " pull in its folder, or download it with hf download"),
  /** HTML, such as an error or login page that was saved under the file's name. */
  WEB_PAGE(
      "is a web page, such as a login or error page, instead of the file; download the file itself,"
          + " logged in if the model's licence has to be accepted"),
  /** Compressed data. */
  COMPRESSED("is compressed; decompress it first"),
  /** A zip archive; PyTorch writes its checkpoints as such. */
  ZIP(
      "is a zip archive, the format of PyTorch's pickles, which are not supported because they can"
          + " run arbitrary code; load the model in transformers and save it with save_pretrained,"
          + " which writes safetensors"),
  /** A Python pickle. */
  PICKLE(
      "is a Python pickle, which is not supported because it can run arbitrary code; load the model"
          + " in transformers and save it with save_pretrained, which writes safetensors"),
  /** The format of llama.cpp. */
  GGUF("is a GGUF file; open the model that it was made from, as safetensors"),
  /** The format of Keras. */
  HDF5("is an HDF5 file; load the model in transformers and save it with save_pretrained"),
  /** Anything else. */
  OTHER("");

  private static final int BYTES = 512; // more than enough to tell them apart
  private static final String POINTER = "version https://git-lfs.github.com/";

  private final String description;

  FileKind(String description) {
    this.description = description;
  }

  /**
   * Returns what the first bytes of a file are.
   *
   * @param start the first bytes, up to some hundred; all bytes of a shorter file
   * @return the kind
   */
  public static FileKind of(byte[] start) {
    if (start.length == 0) {
      return EMPTY;
    }
    // ISO 8859-1 turns every byte into the character of the same number.
    String raw = new String(start, StandardCharsets.ISO_8859_1);
    String text = raw.stripLeading().toLowerCase(Locale.ROOT);
    if (raw.startsWith(POINTER)) {
      return LFS_POINTER;
    } else if (text.startsWith("<!doctype")
        || text.startsWith("<html")
        || text.startsWith("<?xml")) {
      return WEB_PAGE;
    } else if (raw.startsWith("\u001f\u008b") || raw.startsWith("(\u00b5/\u00fd")) {
      return COMPRESSED; // gzip, zstd
    } else if (raw.startsWith("PK\u0003\u0004")) {
      return ZIP;
    } else if (raw.startsWith("\u0080\u0002")
        || raw.startsWith("\u0080\u0003")
        || raw.startsWith("\u0080\u0004")) {
      return PICKLE;
    } else if (raw.startsWith("GGUF")) {
      return GGUF;
    } else if (raw.startsWith("\u0089HDF\r\n")) {
      return HDF5;
    }
    return OTHER;
  }

  /**
   * Checks that a file is none of the kinds that stand in its place.
   *
   * @param file the file
   * @throws InvalidFileException if it is one; the message says which, and what to do
   * @throws IOException if it cannot be read
   */
  public static void requireOther(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireOther(file, channel);
    }
  }

  static void requireOther(Path file, FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(BYTES, channel.size()));
    SafetensorsHeader.readFully(file, channel, start, 0);
    FileKind kind = of(start.array());
    if (kind != OTHER) {
      throw new InvalidFileException(file + " " + kind.description);
    }
  }
}
