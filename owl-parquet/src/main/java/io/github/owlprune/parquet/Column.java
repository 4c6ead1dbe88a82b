package io.github.owlprune.parquet;

import io.github.owlprune.parquet.Thrift.Struct;
import io.github.owlprune.rows.DocumentLimit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A pass over the entries of a column of byte strings: its values, nulls and empty lists. One page
 * and one dictionary are held.
 */
final class Column {
  private static final int DATA = 0;
  private static final int DICTIONARY = 2;
  private static final int DATA_V2 = 3;
  private static final int RUNS = 3;
  private static final int USUAL_HEADER = 1 << 10;
  private static final int LARGEST_HEADER = 1 << 20;

  private final FileChannel channel;
  private final Footer footer;
  private final Node node;
  private final Values.Slice value = new Values.Slice();
  private int group = -1;
  private int codec;
  private long position;
  private long end;
  private Dictionary dictionary = Dictionary.NONE;
  private @Nullable Runs repetitions;
  private @Nullable Runs definitions;
  private Values values = slice -> {};
  private long left; // in the present page
  private int repetition;
  private int definition;

  Column(FileChannel channel, Footer footer, Node node) {
    this.channel = channel;
    this.footer = footer;
    this.node = node;
  }

  /** Moves to the next entry, or returns false after the last. */
  boolean advance() throws IOException {
    while (left == 0) {
      if (!page()) {
        return false;
      }
    }
    left--;
    repetition = repetitions == null ? 0 : repetitions.next();
    definition = definitions == null ? 0 : definitions.next();
    if (present()) {
      values.next(value);
    }
    return true;
  }

  /** Returns 0 if the entry begins a row. */
  int repetition() {
    return repetition;
  }

  int definition() {
    return definition;
  }

  /** Tells whether the entry is a value. */
  boolean present() {
    return definition == node.definition();
  }

  Values.Slice value() {
    return value;
  }

  private boolean page() throws IOException {
    while (position == end) {
      group++;
      if (group == footer.groups().size()) {
        group--;
        return false;
      }
      Footer.Chunk chunk = footer.groups().get(group).chunks().get(node.path());
      if (chunk == null) {
        throw new IOException("row group " + group + " lacks column " + node.name());
      }
      codec = chunk.codec();
      position = chunk.from();
      end = position + chunk.bytes();
      dictionary = Dictionary.NONE;
    }
    Struct header = header();
    int stored = size(header.number(3, -1));
    int size = size(header.number(2, -1));
    if (stored > end - position) {
      throw new IOException("a page is longer than its column");
    }
    byte[] bytes = Footer.bytes(channel, position, stored);
    position += stored;
    switch ((int) header.number(1, -1)) {
      case DICTIONARY ->
          dictionary = Dictionary.of(Codec.decompress(codec, bytes, 0, stored, size));
      case DATA -> data(header.struct(5), Codec.decompress(codec, bytes, 0, stored, size));
      case DATA_V2 -> dataV2(header.struct(8), bytes, size);
      default -> {} // an index
    }
    return true;
  }

  private Struct header() throws IOException {
    int most = USUAL_HEADER;
    while (true) {
      int available = (int) Math.min(most, end - position);
      Thrift thrift = new Thrift(Footer.bytes(channel, position, available), available);
      try {
        Struct header = thrift.struct();
        position += thrift.position();
        return header;
      } catch (Thrift.Incomplete e) {
        if (available == end - position || most == LARGEST_HEADER) {
          throw e;
        }
        most = Math.min(8 * most, LARGEST_HEADER);
      }
    }
  }

  private static int size(long bytes) throws IOException {
    if (bytes < 0) {
      throw new IOException("a page has " + bytes + " bytes");
    }
    if (bytes > DocumentLimit.BYTES) {
      throw new IOException(
          "a page has "
              + (bytes >> 20)
              + " MiB, more than the "
              + (DocumentLimit.BYTES >> 20)
              + " that are allowed (at most an eighth of the heap); allow more memory");
    }
    return (int) bytes;
  }

  private void data(Struct header, byte[] page) throws IOException {
    left = entries(header.number(1, -1));
    int at = 0;
    repetitions = null;
    definitions = null;
    if (node.repetition() > 0) {
      int length = levels(page, at, header.number(4, RUNS));
      repetitions = runs(page, at + Integer.BYTES, length, node.repetition());
      at += Integer.BYTES + length;
    }
    if (node.definition() > 0) {
      int length = levels(page, at, header.number(3, RUNS));
      definitions = runs(page, at + Integer.BYTES, length, node.definition());
      at += Integer.BYTES + length;
    }
    values = values((int) header.number(2, -1), page, at);
  }

  private static int levels(byte[] page, int at, long encoding) throws IOException {
    if (encoding != RUNS) {
      throw new IOException("its levels use encoding " + encoding + ", which is obsolete");
    }
    return Dictionary.length(page, at);
  }

  private void dataV2(Struct header, byte[] page, int size) throws IOException {
    left = entries(header.number(1, -1));
    int repeats = size(header.number(6, 0));
    int defines = size(header.number(5, 0));
    int before = Math.addExact(repeats, defines);
    if (before > page.length || before > size) {
      throw new IOException("a page ends within its levels");
    }
    repetitions = node.repetition() == 0 ? null : runs(page, 0, repeats, node.repetition());
    definitions = node.definition() == 0 ? null : runs(page, repeats, defines, node.definition());
    int used = header.flag(7, true) && size > before ? codec : 0;
    byte[] rest = Codec.decompress(used, page, before, page.length - before, size - before);
    values = values((int) header.number(4, -1), rest, 0);
  }

  /** Returns the values; a page of nulls may have none, whatever its encoding. */
  private Values values(int encoding, byte[] page, int from) throws IOException {
    if (from >= page.length) {
      return slice -> {
        throw new IOException("a page has too few values");
      };
    }
    return Values.of(encoding, page, from, dictionary);
  }

  private static Runs runs(byte[] page, int from, int length, int greatest) throws IOException {
    return new Runs(page, from, length, Integer.SIZE - Integer.numberOfLeadingZeros(greatest));
  }

  private static long entries(long number) throws IOException {
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IOException("a page has " + number + " values");
    }
    return number;
  }
}
