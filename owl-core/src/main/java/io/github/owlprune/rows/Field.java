package io.github.owlprune.rows;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The field of a row that holds its document.
 *
 * @param names the names to look for, the preferred one first; a dot leads into an object, as in
 *     {@code a.b}
 */
public record Field(List<String> names) {
  /** The usual fields: {@code text}, or else the chat {@code messages}. */
  public static final Field USUAL = new Field(List.of("text", "messages"));

  private static final int MOST_NAMED = 20;

  /**
   * Copies the list.
   *
   * @param names the names to look for, the preferred one first
   */
  public Field {
    names = List.copyOf(names);
  }

  /**
   * Returns the field of a given name.
   *
   * @param name a name, or a path such as {@code a.b}
   * @return the field
   * @throws IllegalArgumentException if the name is blank
   */
  public static Field named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the field's name is empty; name a field of the rows");
    }
    return new Field(List.of(name));
  }

  /** Tells whether an object at a path may hold one of the fields. */
  boolean leadsThrough(String path) {
    return names.stream().anyMatch(name -> name.startsWith(path + "."));
  }

  /**
   * Creates the error for a row, or a file, without any of the fields.
   *
   * @param where the file and the row
   * @param present the names of the fields that are there
   * @return an exception whose message lists them
   */
  public IOException absent(String where, Collection<String> present) {
    String wanted = names.stream().map(n -> '"' + n + '"').collect(Collectors.joining(" or "));
    String there =
        present.stream()
            .limit(MOST_NAMED)
            .map(n -> '"' + n + '"')
            .collect(Collectors.joining(", "));
    return new IOException(
        where
            + " has no field "
            + wanted
            + (present.isEmpty()
                ? "; it has no fields"
                : "; it has "
                    + there
                    + (present.size() > MOST_NAMED ? ", …" : "")
                    + ": name the one that holds the document (--field)"));
  }
}
