package io.github.owlprune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.github.owlprune.pruning.OutputError;
import io.github.owlprune.pruning.Sparsity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run did: the plan it followed, the sparsity it reached, and where the time went.
 *
 * @param version the JSON format, {@link #VERSION}
 * @param plan the plan that was followed
 * @param pruner the pruner's name
 * @param calibration what the model was calibrated on and how it was drawn, null if nothing was
 * @param blocks what happened to each block of the plan, in order
 * @param seconds wall time by stage, in the order in which the stages first ran
 */
public record Report(
    int version,
    Plan plan,
    String pruner,
    @Nullable String calibration,
    List<PrunedBlock> blocks,
    Map<String, Double> seconds) {
  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  /**
   * Copies the list.
   *
   * @param version the JSON format, {@link #VERSION}
   * @param plan the plan that was followed
   * @param pruner the pruner's name
   * @param calibration what the model was calibrated on and how it was drawn, null if nothing was
   * @param blocks what happened to each block of the plan, in order
   * @param seconds wall time by stage, in the order in which the stages first ran
   */
  public Report {
    blocks = List.copyOf(blocks);
    seconds = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(seconds));
  }

  /**
   * What happened to a block.
   *
   * @param name the block's name
   * @param measured what was measured of it in the dense model, null if nothing was
   * @param seconds wall time of its second pass: statistics, pruning, writing, forward
   * @param linears what happened to its linears
   */
  public record PrunedBlock(
      String name, @Nullable Double measured, double seconds, List<PrunedLinear> linears) {
    /**
     * Copies the list.
     *
     * @param name the block's name
     * @param measured what was measured of it in the dense model, null if nothing was
     * @param seconds wall time of its second pass: statistics, pruning, writing, forward
     * @param linears what happened to its linears
     */
    public PrunedBlock {
      linears = List.copyOf(linears);
    }

    /**
     * The share of zeros asked for.
     *
     * @return the weighted mean over the linears
     */
    @JsonIgnore
    public double asked() {
      return linears.stream().mapToDouble(l -> l.asked().zeros() * l.weights()).sum() / weights();
    }

    /**
     * The share of zeros that the block has now.
     *
     * @return zeros over weights
     */
    @JsonIgnore
    public double achieved() {
      return (double) zeros() / weights();
    }

    private long weights() {
      return linears.stream().mapToLong(PrunedLinear::weights).sum();
    }

    private long zeros() {
      return linears.stream().mapToLong(PrunedLinear::zeros).sum();
    }
  }

  /**
   * What happened to a linear.
   *
   * @param name the linear's name within its block
   * @param weights how many weights it has
   * @param asked what was asked for
   * @param zeros how many of its weights are zero now
   * @param outputErrors the error of its output after each step, before weights are rounded to the
   *     checkpoint's type; empty if the pruner knows none
   * @param remarks what the pruner found worth saying
   */
  public record PrunedLinear(
      String name,
      long weights,
      Sparsity asked,
      long zeros,
      List<OutputError> outputErrors,
      List<String> remarks) {
    /**
     * Copies the lists.
     *
     * @param name the linear's name within its block
     * @param weights how many weights it has
     * @param asked what was asked for
     * @param zeros how many of its weights are zero now
     * @param outputErrors the error of its output after each step, before weights are rounded to
     *     the checkpoint's type; empty if the pruner knows none
     * @param remarks what the pruner found worth saying
     */
    public PrunedLinear {
      outputErrors = List.copyOf(outputErrors);
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * The share of zeros that was reached over all linears of the plan. Rounding down in every row
   * leaves it slightly below what was asked.
   *
   * @return zeros over weights
   */
  @JsonIgnore
  public double achieved() {
    return (double) blocks.stream().mapToLong(PrunedBlock::zeros).sum()
        / blocks.stream().mapToLong(PrunedBlock::weights).sum();
  }

  /**
   * The report as JSON.
   *
   * @return to be read by {@link #fromJson}
   */
  public String toJson() {
    return Json.write(this);
  }

  /**
   * Reads a report.
   *
   * @param json what {@link #toJson} wrote
   * @return the equal report
   * @throws IllegalArgumentException if it is not a report of this version, saying what is wrong
   */
  public static Report fromJson(String json) {
    return Json.read(json, Report.class, VERSION);
  }

  /**
   * A table: block, what was measured, asked and achieved sparsity, time.
   *
   * @return lines of text
   */
  @Override
  public String toString() {
    Table table = new Table("block", plan.measurement().title(), "asked", "achieved", "seconds");
    for (PrunedBlock b : blocks) {
      table.row(
          b.name(),
          Table.measured(b.measured()),
          Table.share(b.asked()),
          Table.share(b.achieved()),
          String.format(Locale.ROOT, "%.2f", b.seconds()));
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s by %s, S = %s: %.4f achieved%n",
            plan.allocator(),
            pruner,
            plan.sparsity(),
            achieved()));
    if (calibration != null) {
      text.append("calibrated on ").append(calibration).append(System.lineSeparator());
    }
    text.append(table);
    for (PrunedBlock b : blocks) {
      for (PrunedLinear l : b.linears()) {
        describe(text, b.name() + "." + l.name(), l);
      }
    }
    seconds.forEach(
        (stage, s) -> text.append(String.format(Locale.ROOT, "%-24s %8.2f s%n", stage, s)));
    return text.toString();
  }

  /** Errors and remarks, a line each; nothing for a pruner that knows none. */
  private static void describe(StringBuilder text, String name, PrunedLinear linear) {
    if (!linear.outputErrors().isEmpty()) {
      text.append(name).append(": output error");
      for (OutputError error : linear.outputErrors()) {
        text.append(String.format(Locale.ROOT, ", %.4f after %s", error.relative(), error.after()));
      }
      text.append(System.lineSeparator());
    }
    for (String remark : linear.remarks()) {
      text.append(name).append(": ").append(remark).append(System.lineSeparator());
    }
  }
}
