package io.github.owlprune.cli;

import io.github.owlprune.models.CausalLm;
import io.github.owlprune.pipeline.OtherRunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder {@code OUT.partial}, where a run works and what it has finished stays if it fails.
 *
 * @param folder the folder, which need not exist
 */
record UnfinishedRun(Path folder) {
  /** Returns the folder of the run that will make an output folder. */
  static UnfinishedRun of(Path out) {
    return new UnfinishedRun(out.resolveSibling(out.getFileName() + ".partial"));
  }

  boolean exists() {
    return Files.isDirectory(folder);
  }

  /** Deletes the folder, unless a run that is still alive uses it. */
  void discard() throws IOException {
    CausalLm.discard(folder);
  }

  /** Returns what to add to a failure's line: empty if nothing is left. */
  String left() {
    if (!exists()) {
      return "";
    }
    return Files.isDirectory(folder.resolve("run"))
        ? "; "
            + folder
            + " keeps what is finished: start the same command again to continue, or add --restart"
            + " to begin anew"
        : "; add --restart to discard " + folder + " and begin anew";
  }

  /** Returns the failure of a command that differs from the interrupted one. */
  IOException other(OtherRunException e) {
    return new IOException(
        "an interrupted run has left its work in "
            + folder
            + ", but it was started with "
            + e.difference()
            + "; give the same arguments to continue it, or add --restart to discard it",
        e);
  }

  /**
   * Prints a line if Ctrl-C or another signal ends the process.
   *
   * @return to be run when the work has ended in another way
   */
  Runnable noteOnInterrupt(PrintWriter err) {
    Thread printing = new Thread(() -> err.println("owl: interrupted" + left()), "owl-interrupted");
    Runtime.getRuntime().addShutdownHook(printing);
    return () -> {
      try {
        Runtime.getRuntime().removeShutdownHook(printing);
      } catch (IllegalStateException e) {
        // The process is ending, and the line is being printed.
      }
    };
  }
}
