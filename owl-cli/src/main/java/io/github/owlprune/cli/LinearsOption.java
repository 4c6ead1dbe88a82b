package io.github.owlprune.cli;

import picocli.CommandLine.Option;

/** The option that selects linears by name. */
final class LinearsOption {
  @Option(
      names = "--linears",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "Prune only linears whose names match, such as '*.mlp.*' (default: all).")
  @SuppressWarnings("NullAway.Init") // has a default
  private String glob;

  String glob() {
    return glob;
  }
}
