package io.github.owlprune.calibration;

import io.github.owlprune.rows.DocumentLimit;
import io.github.owlprune.rows.Field;
import io.github.owlprune.rows.RowFile;
import io.github.owlprune.rows.RowFiles;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Documents of files or in memory. Files are read as a stream, as often as needed, and must not
 * change in between; of their documents only those are held that are used. Immutable.
 *
 * <p>A {@code .txt} file is one document. The other formats have a document per row, in a field of
 * an object: {@code .jsonl}, {@code .json} as an array or as lines, and {@code .parquet} with the
 * module {@code owl-parquet}. All may be compressed by gzip or zstd and begin with a byte-order
 * mark; extensions may have any case.
 */
public final class Documents {
  private final DocumentSource source;
  private final String name;

  private Documents(DocumentSource source, String name) {
    this.source = source;
    this.name = name;
  }

  /**
   * Creates documents in memory.
   *
   * @param texts at least one, not all empty
   * @return the documents
   * @throws IllegalArgumentException if there are none or all are empty
   */
  public static Documents of(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("no documents were given; calibration needs at least one");
    }
    if (texts.stream().allMatch(String::isEmpty)) {
      throw new IllegalArgumentException("all documents are empty; calibration needs text");
    }
    return of(new GivenDocuments(texts), "the given documents");
  }

  static Documents of(DocumentSource source, String name) {
    return new Documents(source, name);
  }

  /**
   * Finds documents in a file or a folder.
   *
   * @param path a file, or a folder whose files with a known extension are taken, sorted by name
   * @return the documents, in the field {@code text} or else {@code messages} of each row
   * @throws IOException if nothing is found, or a file is empty or cannot be read
   * @throws IllegalArgumentException if a file has an unknown format, or formats are mixed
   */
  public static Documents in(Path path) throws IOException {
    return in(path.toString(), path.getFileSystem());
  }

  /**
   * Finds documents in a file, a folder or the files that match a glob.
   *
   * @param location a path, or a glob such as {@code data/*.jsonl.gz}; {@code **} crosses folders
   * @return the documents, in the field {@code text} or else {@code messages} of each row
   * @throws IOException if nothing is found, or a file is empty or cannot be read
   * @throws IllegalArgumentException if a file has an unknown format, or formats are mixed
   */
  public static Documents in(String location) throws IOException {
    return in(location, FileSystems.getDefault());
  }

  private static Documents in(String location, FileSystem system) throws IOException {
    List<RowFile> files = RowFiles.find(location, system);
    String name = location.replaceAll("[/\\\\]+$", "").replaceAll(".*[/\\\\]", "");
    return of(new FileDocuments(files, Field.USUAL, null), name.isEmpty() ? location : name);
  }

  /**
   * Selects the field of the rows that holds the documents. It has no effect on documents in memory
   * or in a text file.
   *
   * @param field a name, or a path such as {@code a.b}; its values are texts or chat messages
   * @return new documents
   * @throws IllegalArgumentException if the name is blank
   */
  public Documents field(String field) {
    return of(source.withField(Field.named(field)), name);
  }

  /**
   * Sets the template that renders chat messages. Rows with messages cannot be read without one.
   *
   * @param template the model's template, or null if it has none
   * @return new documents
   */
  public Documents chatTemplate(@Nullable ChatTemplate template) {
    return of(source.withTemplate(template), name);
  }

  /**
   * Reads all documents as one text, for a perplexity measurement. They are joined by an empty
   * line, as in the papers' use of WikiText-2.
   *
   * @return the text, not empty
   * @throws IOException if a file cannot be read or has changed, a row is not a document, there is
   *     no text, or the text is larger than a document may be; the message names the file and the
   *     row
   */
  public String joined() throws IOException {
    StringBuilder text = new StringBuilder();
    boolean any = false;
    try (DocumentPass pass = source.open()) {
      for (int number = 0; pass.next(); number++) {
        text.append(number == 0 ? "" : "\n\n");
        String document = pass.text();
        any |= !document.isEmpty();
        if ((long) text.length() + document.length() > DocumentLimit.BYTES) {
          throw DocumentLimit.exceeded("the text of " + name);
        }
        text.append(document);
      }
    }
    if (!any) {
      throw noText();
    }
    return text.toString();
  }

  /** Returns the name of the file, folder or glob. */
  String name() {
    return name;
  }

  /** Counts the documents. */
  int count() throws IOException {
    long count = source.count();
    if (count == 0) {
      throw noText();
    }
    if (count > Integer.MAX_VALUE - 8) {
      throw new IOException(name + " has " + count + " rows; use fewer than two billion");
    }
    return (int) count;
  }

  DocumentPass open() throws IOException {
    return source.open();
  }

  private IOException noText() {
    return new IOException(name + " contains no text; give a file with at least one document");
  }
}
