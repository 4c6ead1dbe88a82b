package io.github.owlprune.models.jinja;

/** Limits what one rendering may cost, so that it ends soon and in bounded memory. */
final class Budget {
  /** Evaluated expressions, and elements that were made or visited. */
  static final long STEPS = 3_000_000;

  /** Characters in all texts that a rendering makes, its output among them. */
  static final long CHARACTERS = 1L << 26;

  /** Blocks, expressions and calls inside one another; a thread's stack holds some more. */
  static final int DEPTH = 500;

  private long steps;
  private long characters;
  private int depth;

  void steps(long count) {
    steps += count;
    if (steps > STEPS) {
      throw new JinjaException("the template takes more than " + STEPS + " steps");
    }
  }

  void characters(long count) {
    characters += count;
    if (characters > CHARACTERS) {
      throw new JinjaException("the template makes more than " + CHARACTERS + " characters");
    }
  }

  /** Charges a search for one text in another, whose time is at worst the product of lengths. */
  void search(String text, String part) {
    steps(1 + (long) text.length() * Math.max(1, part.length()) / 4096);
  }

  void enter() {
    if (++depth > DEPTH) {
      throw new JinjaException(
          "blocks, expressions or calls are nested more than " + DEPTH + " deep");
    }
    steps(1);
  }

  void leave() {
    depth--;
  }
}
