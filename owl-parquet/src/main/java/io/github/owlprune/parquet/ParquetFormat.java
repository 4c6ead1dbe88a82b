package io.github.owlprune.parquet;

import io.github.owlprune.rows.Field;
import io.github.owlprune.rows.RowFormat;
import io.github.owlprune.rows.Rows;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * Parquet files: a column of texts, or a column of lists of chat messages. Pages may be compressed
 * by Snappy, gzip, zstd or LZ4. Registered as a service; a program needs only the module.
 */
public final class ParquetFormat implements RowFormat {
  /** Creates the format. */
  public ParquetFormat() {}

  @Override
  public String extension() {
    return "parquet";
  }

  @Override
  public boolean recognizes(byte[] head) {
    return head.length == 4
        && head[0] == 'P'
        && head[1] == 'A'
        && head[2] == 'R'
        && (head[3] == '1' || head[3] == 'E');
  }

  @Override
  public long count(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return Footer.read(channel).rows();
    } catch (IOException | RuntimeException e) {
      throw failure(file, e);
    }
  }

  @Override
  public Rows open(Path file, Field field) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      return rows(file, channel, footer(file, channel), field);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Footer footer(Path file, FileChannel channel) throws IOException {
    try {
      return Footer.read(channel);
    } catch (IOException | RuntimeException e) {
      throw failure(file, e);
    }
  }

  private static Rows rows(Path file, FileChannel channel, Footer footer, Field field)
      throws IOException {
    for (String name : field.names()) {
      Node node = footer.schema().find(name);
      if (node == null) {
        continue;
      }
      if (node.isText()) {
        return new TextRows(file, channel, footer, node);
      }
      List<Node> columns = node.columnsOfElements();
      if (columns.stream().anyMatch(column -> column.name().equals("role"))) {
        return new ChatRows(file, channel, footer, node, columns);
      }
      throw new IOException(
          file
              + ": the column \""
              + name
              + "\" holds "
              + node.typeName()
              + ", neither texts nor lists of chat messages");
    }
    throw field.absent(
        file.toString(), footer.schema().children().stream().map(Node::name).toList());
  }

  /** Names the file in a failure; an unchecked one comes from a decoder and means damage. */
  static IOException failure(Path file, Exception cause) {
    String what =
        cause instanceof IOException ? cause.getMessage() : "its data is damaged; fetch it again";
    return new IOException(file + " cannot be read as Parquet: " + what, cause);
  }
}
