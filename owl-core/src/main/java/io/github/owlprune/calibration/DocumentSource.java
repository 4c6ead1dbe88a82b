package io.github.owlprune.calibration;

import io.github.owlprune.rows.Field;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where documents come from. Every pass returns the same documents in the same order. */
interface DocumentSource {
  long count() throws IOException;

  DocumentPass open() throws IOException;

  DocumentSource withField(Field field);

  DocumentSource withTemplate(@Nullable ChatTemplate template);
}
