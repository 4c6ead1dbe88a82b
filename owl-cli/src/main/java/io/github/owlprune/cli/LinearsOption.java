package io.github.owlprune.cli;

import io.github.owlprune.model.LinearSelection;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that selects linears by name. */
final class LinearsOption {
  @Option(
      names = "--linears",
      paramLabel = "GLOB",
      defaultValue = "*",
      converter = Glob.class,
      description = "Prune only linears whose names match, such as '*.mlp.*' (default: all).")
  @SuppressWarnings("NullAway.Init") // has a default
  private String glob;

  String glob() {
    return glob;
  }

  /** Rejects a malformed glob before the model is opened. */
  static final class Glob implements ITypeConverter<String> {
    @Override
    public String convert(String glob) {
      try {
        return new LinearSelection(glob).toString();
      } catch (PatternSyntaxException e) {
        throw new TypeConversionException(
            "'"
                + glob
                + "': "
                + e.getDescription()
                + "; allowed are *, ?, [a-c] and {mlp,self_attn}");
      }
    }
  }
}
