package io.github.owlprune.cli;

import io.github.owlprune.calibration.Documents;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that selects the field of rows that holds their text. */
final class FieldOption {
  @Option(
      names = "--field",
      paramLabel = "NAME",
      description =
          "Field of the rows that holds the text or the chat messages, such as content or a.b"
              + " (default: text, or else messages).")
  private @Nullable String field;

  boolean given() {
    return field != null;
  }

  /** Finds the documents of a file, folder or glob; chats are rendered as the model expects. */
  Documents documents(Location location, CausalLm model) throws IOException {
    Documents documents =
        Documents.in(location.text()).chatTemplate(messages -> render(model, messages));
    return field == null ? documents : documents.field(field);
  }

  /** Opens the model's template only now, as most calibration needs none. */
  private static String render(CausalLm model, List<Map<String, Object>> messages) {
    try {
      return model.chatTemplate().render(messages);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
