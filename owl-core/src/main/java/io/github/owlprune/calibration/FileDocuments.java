package io.github.owlprune.calibration;

import io.github.owlprune.rows.Field;
import io.github.owlprune.rows.Row;
import io.github.owlprune.rows.RowFile;
import io.github.owlprune.rows.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The documents of files, one file after the other. */
record FileDocuments(List<RowFile> files, Field field, @Nullable ChatTemplate template)
    implements DocumentSource {
  @Override
  public long count() throws IOException {
    long count = 0;
    for (RowFile file : files) {
      count += file.count();
    }
    return count;
  }

  @Override
  public DocumentPass open() {
    return new Pass();
  }

  @Override
  public DocumentSource withField(Field other) {
    return new FileDocuments(files, other, template);
  }

  @Override
  public DocumentSource withTemplate(@Nullable ChatTemplate other) {
    return new FileDocuments(files, field, other);
  }

  private final class Pass implements DocumentPass {
    private int opened;
    private @Nullable Rows rows;

    @Override
    public boolean next() throws IOException {
      while (rows == null || !rows.next()) {
        close();
        if (opened == files.size()) {
          return false;
        }
        rows = files.get(opened).open(field);
        opened++;
      }
      return true;
    }

    @Override
    public String text() throws IOException {
      Rows current = rows;
      if (current == null) {
        throw new IllegalStateException("there is no current document; call next() first");
      }
      Row row = current.read();
      return row instanceof Row.Chat chat
          ? rendered(chat, current.where())
          : ((Row.Text) row).text();
    }

    @Override
    public void close() throws IOException {
      if (rows != null) {
        rows.close();
        rows = null;
        files.get(opened - 1).checkUnchanged();
      }
    }
  }

  private String rendered(Row.Chat chat, String where) throws IOException {
    if (template == null) {
      throw new IOException(
          where
              + " holds chat messages, and no chat template was given to render them; give one, or"
              + " rows of text, or name a field that holds text (--field)");
    }
    try {
      return template.render(chat.messages());
    } catch (UncheckedIOException e) {
      throw new IOException(where + " holds chat messages, but " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }
}
