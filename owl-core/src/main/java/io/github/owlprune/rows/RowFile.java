package io.github.owlprune.rows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** A file of rows, which can be read several times and must not change in between. */
public final class RowFile {
  private final Path file;
  private final Kind kind;
  private final @Nullable RowFormat format;
  private final long size;
  private final FileTime modified;

  /** How the rows are stored, apart from compression. */
  enum Kind {
    TEXT,
    LINES,
    ARRAY,
    OTHER
  }

  private RowFile(Path file, Kind kind, @Nullable RowFormat format) throws IOException {
    this.file = file;
    this.kind = kind;
    this.format = format;
    size = Files.size(file);
    modified = Files.getLastModifiedTime(file);
  }

  /**
   * Recognises a file by its content and, if that does not tell, by its name.
   *
   * @param file an existing file
   * @return the file
   * @throws IOException if the file does not exist, is empty or cannot be read
   * @throws IllegalArgumentException if the file has none of the known formats
   */
  public static RowFile of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      FileName.of(file).checkKnown(file);
      throw new NoSuchFileException(file.toString(), null, "the text file does not exist");
    }
    byte[] head = Content.head(file);
    for (RowFormat format : formats()) {
      if (format.recognizes(head)) {
        return new RowFile(file, Kind.OTHER, format);
      }
    }
    return new RowFile(file, kind(file, head), null);
  }

  private static List<RowFormat> formats() {
    return ServiceLoader.load(RowFormat.class, RowFormat.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static Kind kind(Path file, byte[] head) throws IOException {
    FileName name = FileName.of(file);
    if (Content.startsWith(head, 'P', 'A', 'R', '1') && !name.isText()) {
      throw new IllegalArgumentException(
          file + " is a Parquet file; add the module owl-parquet to read it");
    }
    if (name.isText()) {
      return Kind.TEXT;
    }
    int first = firstCharacter(file);
    if (first < 0 && (name.isJson() || name.isUnknown())) {
      throw new IOException(file + " contains no text; give a file with at least one document");
    }
    if (name.isUnknown() && first != '{' && first != '[') {
      throw name.unknown(file);
    }
    if (!name.isUnknown() && !name.isJson()) {
      throw new IOException(file + " is not what its name says; it has no rows of this format");
    }
    return first == '[' ? Kind.ARRAY : Kind.LINES;
  }

  private static int firstCharacter(Path file) throws IOException {
    try (InputStream in = Content.open(file)) {
      byte[] some = in.readNBytes(1 << 12);
      for (byte b : some) {
        if (b > ' ' || b < 0) {
          return b & 0xFF;
        }
      }
      return -1;
    }
  }

  /**
   * Returns the file's path.
   *
   * @return as it was given
   */
  public Path path() {
    return file;
  }

  /** Names the format for people. */
  String formatName() {
    return switch (kind) {
      case TEXT -> "text";
      case LINES, ARRAY -> "JSON";
      case OTHER -> String.valueOf(format == null ? null : format.extension());
    };
  }

  /**
   * Counts the rows, without decoding them.
   *
   * @return at least 0
   * @throws IOException if the file cannot be read, is damaged or has changed
   */
  public long count() throws IOException {
    checkUnchanged();
    if (format != null) {
      return format.count(file);
    }
    if (kind == Kind.TEXT) {
      return 1;
    }
    try (Rows rows = open(Field.USUAL)) {
      long count = 0;
      while (rows.next()) {
        count++;
      }
      checkUnchanged();
      return count;
    }
  }

  /**
   * Starts a pass over the rows.
   *
   * @param field the field that holds the documents; not used by text files
   * @return the rows from the first on; the caller closes them
   * @throws IOException if the file cannot be read, is damaged or has changed
   */
  public Rows open(Field field) throws IOException {
    checkUnchanged();
    if (format != null) {
      return format.open(file, field);
    }
    InputStream in = Content.open(file);
    try {
      return switch (kind) {
        case TEXT -> new TextRows(in, file.toString());
        case ARRAY -> new ArrayRows(in, file.toString(), field);
        case LINES, OTHER -> new LineRows(in, file.toString(), field);
      };
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Checks that the file is the one that was recognised.
   *
   * @throws IOException if its size or its time of modification is different, or it is gone
   */
  public void checkUnchanged() throws IOException {
    if (Files.size(file) != size || !Files.getLastModifiedTime(file).equals(modified)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has changed while it was being read; start again when it is complete",
              file));
    }
  }
}
