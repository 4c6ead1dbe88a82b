package io.github.owlprune.rows;

import java.io.IOException;
import java.io.InputStream;

/** The only row of a text file: the whole file, unchanged. */
final class TextRows implements Rows {
  private final InputStream in;
  private final String file;
  private boolean started;

  TextRows(InputStream in, String file) {
    this.in = in;
    this.file = file;
  }

  @Override
  public boolean next() {
    boolean first = !started;
    started = true;
    return first;
  }

  @Override
  public Row read() throws IOException {
    byte[] text = in.readNBytes(DocumentLimit.BYTES);
    if (in.read() >= 0) {
      throw DocumentLimit.exceeded(file);
    }
    return new Row.Text(Utf8.decode(text, 0, text.length, file));
  }

  @Override
  public String where() {
    return file;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
