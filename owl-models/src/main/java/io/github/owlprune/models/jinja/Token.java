package io.github.owlprune.models.jinja;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text what it says: a name, an operator, or the value of a text or string
 * @param value the value of a number, else the text
 * @param line where it starts
 */
record Token(Kind kind, String text, Object value, int line) {
  /** What a token is. */
  enum Kind {
    TEXT("text"),
    OUTPUT_START("'{{'"),
    OUTPUT_END("'}}'"),
    BLOCK_START("'{%'"),
    BLOCK_END("'%}'"),
    NAME("a name"),
    STRING("a string"),
    NUMBER("a number"),
    OPERATOR("an operator"),
    END("the end of the template");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    @Override
    public String toString() {
      return description;
    }
  }

  Token(Kind kind, String text, int line) {
    this(kind, text, text, line);
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  /** Describes the token in messages. */
  String shown() {
    return kind == Kind.NAME || kind == Kind.OPERATOR || kind == Kind.NUMBER
        ? "'" + text + "'"
        : kind.toString();
  }
}
