package io.github.owlprune.parquet;

import io.github.owlprune.rows.Row;
import io.github.owlprune.rows.Rows;
import io.github.owlprune.rows.Utf8;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Rows whose document is a text in a column. */
final class TextRows implements Rows {
  private final Path file;
  private final FileChannel channel;
  private final Footer footer;
  private final Node node;
  private final Column column;
  private long number;

  TextRows(Path file, FileChannel channel, Footer footer, Node node) {
    this.file = file;
    this.channel = channel;
    this.footer = footer;
    this.node = node;
    column = new Column(channel, footer, node);
  }

  @Override
  public boolean next() throws IOException {
    try {
      if (column.advance()) {
        number++;
        return true;
      }
      if (number != footer.rows()) {
        throw new IOException("it has " + number + " rows instead of " + footer.rows());
      }
      return false;
    } catch (IOException | RuntimeException e) {
      throw ParquetFormat.failure(file, e);
    }
  }

  @Override
  public Row read() throws IOException {
    if (!column.present()) {
      throw new IOException(
          where() + ": the field \"" + node.name() + "\" holds null; remove the row");
    }
    Values.Slice text = column.value();
    return new Row.Text(Utf8.decode(text.bytes, text.from, text.length, where()));
  }

  @Override
  public String where() {
    return file + ", row " + number;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
