package io.github.owlprune.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Rows of JSON lines: an object per line. Blank lines are skipped. */
final class LineRows implements Rows {
  private static final int BUFFER = 1 << 18;

  private final InputStream in;
  private final String file;
  private final Field field;
  private byte[] buffer = new byte[BUFFER];
  private int start; // of the current line
  private int end; // of the current line, without its line feed
  private int next; // start of the line after it
  private int filled;
  private boolean ended;
  private long number;

  LineRows(InputStream in, String file, Field field) {
    this.in = in;
    this.file = file;
    this.field = field;
  }

  @Override
  public boolean next() throws IOException {
    while (line()) {
      number++;
      if (!blank()) {
        return true;
      }
    }
    return false;
  }

  /** Finds the next line. */
  private boolean line() throws IOException {
    start = next;
    int at = start;
    while (true) {
      while (at < filled && buffer[at] != '\n') {
        at++;
      }
      if (at < filled) {
        end = at;
        next = at + 1;
        return true;
      }
      if (ended) {
        end = filled;
        next = filled;
        return start < filled;
      }
      at -= start; // what is before the line is given up
      fill();
      at += start;
    }
  }

  private void fill() throws IOException {
    int held = filled - start;
    if (held > DocumentLimit.BYTES) {
      throw DocumentLimit.exceeded(file + ", line " + (number + 1));
    }
    byte[] target = held > buffer.length / 2 ? new byte[grown()] : buffer;
    System.arraycopy(buffer, start, target, 0, held);
    buffer = target;
    start = 0;
    filled = held;
    int read = in.read(buffer, filled, buffer.length - filled);
    ended = read < 0;
    filled += Math.max(0, read);
  }

  private int grown() {
    return (int) Math.min(2L * buffer.length, DocumentLimit.BYTES + (long) BUFFER);
  }

  private boolean blank() {
    for (int at = start; at < end; at++) {
      if (buffer[at] > ' ' || buffer[at] < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Row read() throws IOException {
    String where = where();
    String line = Utf8.decode(buffer, start, end - start, where);
    shrink();
    try (JsonParser json = JsonRow.JSON.createParser(line)) {
      json.nextToken();
      Row row = JsonRow.read(json, field, where);
      if (json.nextToken() != null) {
        throw new IOException(where + " continues after its object; put each row on its own line");
      }
      return row;
    } catch (JsonProcessingException e) {
      throw JsonRow.invalid(where, e);
    }
  }

  @Override
  public String where() {
    return file + ", line " + number;
  }

  /** Gives up a buffer that one long line has enlarged. */
  private void shrink() {
    if (buffer.length > BUFFER && filled - next < BUFFER / 2) {
      buffer = Arrays.copyOf(Arrays.copyOfRange(buffer, next, filled), BUFFER);
      filled -= next;
      next = 0;
      start = 0;
      end = 0;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
