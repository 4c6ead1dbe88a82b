package io.github.owlprune.model;

import java.util.List;
import java.util.regex.Pattern;

/** The linears of a model whose full name, {@code block.linear}, matches a glob. */
public final class LinearSelection {
  /** The glob that selects every linear. */
  public static final String ALL = "*";

  private final String glob;
  private final Pattern pattern;

  /**
   * Selects by a glob; matching is case-sensitive and the same on every platform.
   *
   * @param glob {@code *} stands for any characters, {@code ?} for one, {@code [a-c]} for one of a
   *     set (of all but one with {@code [!a-c]}), {@code {a,b}} for one of several alternatives,
   *     {@code \} makes the next character literal
   * @throws java.util.regex.PatternSyntaxException if the glob is malformed, saying where
   */
  public LinearSelection(String glob) {
    this.glob = glob;
    this.pattern = new GlobPattern(glob).compile();
  }

  /**
   * Returns the selected linears of a block.
   *
   * @param block any block
   * @return in the block's order; empty if none is selected
   */
  public List<Linear> of(Block block) {
    return block.linears().stream()
        .filter(l -> pattern.matcher(LinearRef.of(block, l).toString()).matches())
        .toList();
  }

  /**
   * Returns the selected linears of a model.
   *
   * @param model any model
   * @return their identities in the model's order
   */
  public List<LinearRef> of(Model model) {
    return model.blocks().stream()
        .flatMap(block -> of(block).stream().map(linear -> LinearRef.of(block, linear)))
        .toList();
  }

  /**
   * Returns the index of the last block that has a selected linear.
   *
   * @param model any model
   * @return the index, from 0; 0 if no block has one
   */
  public int lastBlock(Model model) {
    int last = model.blocks().size() - 1;
    while (last > 0 && of(model.blocks().get(last)).isEmpty()) {
      last--;
    }
    return last;
  }

  /**
   * Rejects a model in which nothing is selected.
   *
   * @param model any model
   * @throws IllegalArgumentException if no linear matches the glob, giving an example of a name
   */
  public void requireAny(Model model) {
    if (of(model).isEmpty()) {
      Block first = model.blocks().get(0);
      throw new IllegalArgumentException(
          "no linear's name matches \""
              + glob
              + "\"; names look like "
              + LinearRef.of(first, first.linears().get(0)));
    }
  }

  /**
   * Returns the glob.
   *
   * @return as it was given
   */
  @Override
  public String toString() {
    return glob;
  }
}
