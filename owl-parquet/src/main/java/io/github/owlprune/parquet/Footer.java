package io.github.owlprune.parquet;

import io.github.owlprune.parquet.Thrift.Struct;
import io.github.owlprune.rows.DocumentLimit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the end of a Parquet file says about its content.
 *
 * @param schema the root of the columns
 * @param rows the number of rows
 * @param groups the parts into which the rows are divided
 */
record Footer(Node schema, long rows, List<Group> groups) {
  private static final int TAIL = 8;

  /**
   * Some consecutive rows.
   *
   * @param rows the number of rows
   * @param chunks the chunk of each column, by its path
   */
  record Group(long rows, Map<List<String>, Chunk> chunks) {}

  /**
   * The values of a column in a group.
   *
   * @param codec the number of the compression
   * @param values the number of values, nulls included
   * @param from the position of the first page
   * @param bytes the length of all pages
   */
  record Chunk(int codec, long values, long from, long bytes) {}

  static Footer read(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < TAIL + 4) {
      throw new IOException("it is too short");
    }
    ByteBuffer tail =
        ByteBuffer.wrap(bytes(channel, size - TAIL, TAIL)).order(ByteOrder.LITTLE_ENDIAN);
    int length = tail.getInt();
    int magic = tail.getInt();
    if (magic == 0x45524150) {
      throw new IOException("it is encrypted");
    }
    if (magic != 0x31524150) {
      throw new IOException("its end is missing");
    }
    if (length < 0 || length > size - TAIL - 4 || length > DocumentLimit.BYTES) {
      throw new IOException("its footer claims " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] footer = bytes(channel, size - TAIL - length, length);
    Struct file = new Thrift(footer, length).struct();
    Node schema = Node.root(file.structs(2));
    List<Group> groups = new ArrayList<>();
    long rows = 0;
    for (Struct group : file.structs(4)) {
      groups.add(group(group, size));
      rows += groups.get(groups.size() - 1).rows();
    }
    return new Footer(schema, rows, List.copyOf(groups));
  }

  private static Group group(Struct group, long size) throws IOException {
    Map<List<String>, Chunk> chunks = new HashMap<>();
    for (Struct column : group.structs(1)) {
      if (column.has(1)) {
        throw new IOException("its columns are in other files");
      }
      Struct chunk = column.struct(3);
      long from = chunk.number(9, -1);
      long dictionary = chunk.number(11, -1);
      if (dictionary > 0 && (dictionary < from || from <= 0)) {
        from = dictionary;
      }
      long bytes = chunk.number(7, -1);
      boolean inside = from >= 4 && bytes <= size - from;
      if (bytes < 0 || (bytes > 0 && !inside)) {
        throw new IOException("a column lies outside of the file");
      }
      chunks.put(
          List.copyOf(chunk.texts(3)),
          new Chunk((int) chunk.number(4, -1), chunk.number(5, 0), from, bytes));
    }
    long rows = group.number(3, -1);
    if (rows < 0) {
      throw new IOException("a row group has " + rows + " rows");
    }
    return new Group(rows, chunks);
  }

  /** Reads bytes at a position; the file must have them. */
  static byte[] bytes(FileChannel channel, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("it ends early");
      }
    }
    return bytes;
  }
}
