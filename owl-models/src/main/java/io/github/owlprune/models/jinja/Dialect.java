package io.github.owlprune.models.jinja;

/**
 * The settings of Jinja's environment that change what a template means.
 *
 * @param trimBlocks whether the first newline after a block or comment is removed
 * @param lstripBlocks whether blanks from the start of a line to a block or comment are removed
 * @param keepTrailingNewline whether the newline that ends a template is kept
 * @param strictUndefined whether an undefined value may only be tested for being defined
 */
public record Dialect(
    boolean trimBlocks,
    boolean lstripBlocks,
    boolean keepTrailingNewline,
    boolean strictUndefined) {
  /** Chat templates, as transformers reads them. */
  public static final Dialect CHAT = new Dialect(true, true, false, false);

  /** Prompts of evaluation tasks, as lm-evaluation-harness reads them. */
  public static final Dialect PROMPT = new Dialect(false, false, true, true);
}
