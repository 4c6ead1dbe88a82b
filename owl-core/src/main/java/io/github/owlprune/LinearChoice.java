package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;

/** The linears whose full name, {@code block.linear}, matches a glob. */
final class LinearChoice {
  static final String ALL = "*";

  private final String glob;
  private final PathMatcher matcher;

  /** Refuses a malformed glob with {@link java.util.regex.PatternSyntaxException}. */
  LinearChoice(String glob) {
    this.glob = glob;
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
  }

  List<Linear> of(Block block) {
    return block.linears().stream()
        .filter(l -> matcher.matches(Path.of(block.name() + "." + l.name())))
        .toList();
  }

  /** The number of the last block that has any. */
  int lastBlock(Model model) {
    int last = model.blocks().size() - 1;
    while (last > 0 && of(model.blocks().get(last)).isEmpty()) {
      last--;
    }
    return last;
  }

  void requireAny(Model model) {
    if (model.blocks().stream().allMatch(b -> of(b).isEmpty())) {
      Block first = model.blocks().get(0);
      throw new IllegalArgumentException(
          "no linear's name matches \""
              + glob
              + "\"; names look like "
              + first.name()
              + "."
              + first.linears().get(0).name());
    }
  }

  @Override
  public String toString() {
    return glob;
  }
}
