package io.github.owlprune.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.owlprune.compress.OutputError;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.format.Json;
import io.github.owlprune.format.Table;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of a run: the plan it followed, the sparsity it achieved, and the time of each stage.
 *
 * @param version the JSON format, {@link #VERSION}
 * @param plan the plan that was followed
 * @param pruner the strategy's name
 * @param calibration the calibration data and how it was drawn; null if there was none
 * @param remarks sentences about the model, then about the run as a whole; those about a linear are
 *     in its own record. The JSON leaves them out if there are none
 * @param blocks the blocks of the plan, in order
 * @param seconds wall time by stage, in the order in which the stages first ran
 */
public record Report(
    int version,
    Plan plan,
    String pruner,
    @Nullable String calibration,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> remarks,
    List<PrunedBlock> blocks,
    Map<String, Double> seconds) {
  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  /**
   * Copies the lists and the map.
   *
   * @param version the JSON format, {@link #VERSION}
   * @param plan the plan that was followed
   * @param pruner the strategy's name
   * @param calibration the calibration data and how it was drawn; null if there was none
   * @param remarks sentences about the model, then about the run as a whole; those about a linear
   *     are in its own record
   * @param blocks the blocks of the plan, in order
   * @param seconds wall time by stage, in the order in which the stages first ran
   */
  public Report {
    remarks = List.copyOf(remarks);
    blocks = List.copyOf(blocks);
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
  }

  /**
   * The record of a block.
   *
   * @param name the block's name
   * @param measured its measured number in the dense model; null if nothing was measured
   * @param seconds the wall time of its pruning: statistics, compression, saving, forward pass
   * @param linears its linears
   */
  public record PrunedBlock(
      String name, @Nullable Double measured, double seconds, List<PrunedLinear> linears) {
    /**
     * Copies the list.
     *
     * @param name the block's name
     * @param measured its measured number in the dense model; null if nothing was measured
     * @param seconds the wall time of its pruning: statistics, compression, saving, forward pass
     * @param linears its linears
     */
    public PrunedBlock {
      linears = List.copyOf(linears);
    }

    /**
     * Returns the requested share of zeros.
     *
     * @return the weighted mean over the linears
     */
    @JsonIgnore
    public double asked() {
      return linears.stream().mapToDouble(l -> l.asked().zeros() * l.weights()).sum() / weights();
    }

    /**
     * Returns the achieved share of zeros.
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
   * The record of a linear.
   *
   * @param name the linear's name within its block
   * @param weights the number of its weights
   * @param asked the target
   * @param zeros the number of its weights that are zero now
   * @param outputErrors the error of its output after each step, before the weights are rounded to
   *     the checkpoint's type; empty if the strategy does not compute it
   * @param remarks remarks of the strategy
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
     * @param weights the number of its weights
     * @param asked the target
     * @param zeros the number of its weights that are zero now
     * @param outputErrors the error of its output after each step, before the weights are rounded
     *     to the checkpoint's type; empty if the strategy does not compute it
     * @param remarks remarks of the strategy
     */
    public PrunedLinear {
      outputErrors = List.copyOf(outputErrors);
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * Returns the achieved share of zeros over all linears of the plan. Counts are rounded down, so
   * it usually lies slightly below the target.
   *
   * @return zeros over weights
   */
  @JsonIgnore
  public double achieved() {
    return (double) blocks.stream().mapToLong(PrunedBlock::zeros).sum()
        / blocks.stream().mapToLong(PrunedBlock::weights).sum();
  }

  /**
   * Returns the report as JSON.
   *
   * @return a text that {@link #fromJson} reads
   */
  public String toJson() {
    return Json.write(this);
  }

  /**
   * Reads a report.
   *
   * @param json the text that {@link #toJson} returned
   * @return the equal report
   * @throws IllegalArgumentException if it is not a report of this version, saying what is wrong
   */
  public static Report fromJson(String json) {
    return Json.read(json, Report.class, VERSION);
  }

  /**
   * Returns a table: block, measured number, target and achieved sparsity, time. Below it are the
   * remarks, output errors and times.
   *
   * @return lines of text
   */
  @Override
  public String toString() {
    Table table = new Table("block", plan.measurementTitle(), "asked", "achieved", "seconds");
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
    text.append(table).append(Table.lines(remarks));
    for (PrunedBlock b : blocks) {
      for (PrunedLinear l : b.linears()) {
        describe(text, b.name() + "." + l.name(), l);
      }
    }
    seconds.forEach(
        (stage, s) -> text.append(String.format(Locale.ROOT, "%-24s %8.2f s%n", stage, s)));
    return text.toString();
  }

  /** Appends errors and remarks, one line each. */
  private static void describe(StringBuilder text, String name, PrunedLinear linear) {
    if (!linear.outputErrors().isEmpty()) {
      text.append(name).append(": output error");
      for (OutputError error : linear.outputErrors()) {
        text.append(String.format(Locale.ROOT, ", %.4f after %s", error.relative(), error.after()));
      }
      text.append(System.lineSeparator());
    }
    for (String remark : linear.remarks()) {
      text.append(Table.lines(List.of(name + ": " + remark)));
    }
  }
}
