package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;

/** Finds settings that have had two names. */
final class Spelling {
  private Spelling() {}

  /**
   * Returns which of two names of one integer is present; the first if neither is. Both may be
   * present if they agree.
   */
  static String of(Settings s, String name, String other) throws CheckpointException {
    if (!s.has(other)) {
      return name;
    }
    if (s.has(name) && s.count(name) != s.count(other)) {
      throw s.refused(
          other,
          name + " is " + s.count(name) + "; both mean the same, so remove the one that is wrong");
    }
    return other;
  }
}
