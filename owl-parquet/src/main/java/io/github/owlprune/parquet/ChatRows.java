package io.github.owlprune.parquet;

import io.github.owlprune.rows.Messages;
import io.github.owlprune.rows.Row;
import io.github.owlprune.rows.Rows;
import io.github.owlprune.rows.Utf8;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows whose document is a list of chat messages; each part of a message is a column. */
final class ChatRows implements Rows {
  private final Path file;
  private final FileChannel channel;
  private final Node list;
  private final List<Part> parts = new ArrayList<>();
  private long number;

  /** A part of all messages, such as their roles. */
  private static final class Part {
    private final String name;
    private final Column column;
    private final List<@Nullable String> values = new ArrayList<>();
    private boolean more;

    Part(String name, Column column) {
      this.name = name;
      this.column = column;
    }
  }

  ChatRows(Path file, FileChannel channel, Footer footer, Node list, List<Node> columns)
      throws IOException {
    this.file = file;
    this.channel = channel;
    this.list = list;
    for (Node node : columns) {
      Part part = new Part(node.name(), new Column(channel, footer, node));
      parts.add(part);
      try {
        part.more = part.column.advance();
      } catch (IOException | RuntimeException e) {
        throw ParquetFormat.failure(file, e);
      }
    }
  }

  @Override
  public boolean next() throws IOException {
    if (!parts.get(0).more) {
      return false;
    }
    number++;
    try {
      for (Part part : parts) {
        gather(part);
      }
    } catch (IOException | RuntimeException e) {
      throw ParquetFormat.failure(file, e);
    }
    return true;
  }

  /** Collects the values of a row. */
  private void gather(Part part) throws IOException {
    part.values.clear();
    Column column = part.column;
    int inList = Node.definitionOfElements(list);
    do {
      if (column.definition() >= inList) {
        Values.Slice value = column.value();
        part.values.add(
            column.present()
                ? Utf8.decode(value.bytes, value.from, value.length, "row " + number)
                : null);
      }
      part.more = column.advance();
    } while (part.more && column.repetition() > 0);
    if (part.values.size() != parts.get(0).values.size()) {
      throw new IOException("the messages of row " + number + " have different numbers of parts");
    }
  }

  @Override
  public Row read() throws IOException {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int m = 0; m < parts.get(0).values.size(); m++) {
      Map<String, Object> message = new LinkedHashMap<>();
      for (Part part : parts) {
        String value = part.values.get(m);
        if (value != null) {
          message.put(part.name, value);
        }
      }
      messages.add(message);
    }
    return Messages.of(messages, where(), list.name());
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
