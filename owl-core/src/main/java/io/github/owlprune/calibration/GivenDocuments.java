package io.github.owlprune.calibration;

import io.github.owlprune.rows.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Documents in memory. */
record GivenDocuments(List<String> texts) implements DocumentSource {
  GivenDocuments {
    texts = List.copyOf(texts);
  }

  @Override
  public long count() {
    return texts.size();
  }

  @Override
  public DocumentPass open() {
    return new DocumentPass() {
      private int at = -1;

      @Override
      public boolean next() {
        return ++at < texts.size();
      }

      @Override
      public String text() {
        return texts.get(at);
      }
    };
  }

  @Override
  public DocumentSource withField(Field field) {
    return this;
  }

  @Override
  public DocumentSource withTemplate(@Nullable ChatTemplate template) {
    return this;
  }
}
