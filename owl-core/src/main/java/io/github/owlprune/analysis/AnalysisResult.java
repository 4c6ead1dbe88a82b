package io.github.owlprune.analysis;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.owlprune.format.Json;
import io.github.owlprune.format.Table;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The outlier ratios of a dense model, and of the model after trial prunings. A value: print it,
 * save it as JSON, load it.
 *
 * <p>ΔLOD (arXiv 2310.05175, section 3, on why pruning methods differ) is how many more of a
 * block's weights are outliers after pruning, in percentage points: {@code ΔD = D' − D} with {@code
 * D' = 100 · #{A' > M · mean A} / #A}, where {@code A'_ij = |W'_ij| · ‖x'_j‖₂} are the scores of
 * the pruned weights with the inputs that arrive from the pruned blocks before them. The mean
 * remains that of the dense block's scores A. A mean over the pruned weights would fall with every
 * removed weight if zeros were included, and rise if they were not, so that any method would gain
 * or lose outliers merely because of how they are counted.
 *
 * @param version the JSON format, {@link #VERSION}
 * @param calibration the calibration data and how it was drawn
 * @param linears the glob that selected the linears
 * @param remarks sentences about the model, then about linears in the trial prunings. The JSON
 *     leaves them out if there are none
 * @param dense the ratios of the dense model
 * @param pruned the ratios after each trial pruning, in the order of the requests
 */
public record AnalysisResult(
    int version,
    String calibration,
    String linears,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> remarks,
    OutlierDistribution dense,
    List<AfterPruning> pruned) {
  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  private static final double PAPERS_THRESHOLD = 5;

  /**
   * Copies the lists.
   *
   * @param version the JSON format, {@link #VERSION}
   * @param calibration the calibration data and how it was drawn
   * @param linears the glob that selected the linears
   * @param remarks sentences about the model, then about linears in the trial prunings
   * @param dense the ratios of the dense model
   * @param pruned the ratios after each trial pruning, in the order of the requests
   */
  public AnalysisResult {
    remarks = List.copyOf(remarks);
    pruned = List.copyOf(pruned);
  }

  /**
   * The outliers of a model after a trial pruning.
   *
   * @param name the caller's name for it, unique within the analysis
   * @param plan the plan that was followed
   * @param pruner the strategy's name
   * @param achieved the share of zeros over the linears of the plan
   * @param outliers the outliers of the pruned weights with their own activations, counted against
   *     the means of the dense model, in the order of the dense ones
   */
  public record AfterPruning(
      String name, Plan plan, String pruner, double achieved, OutlierDistribution outliers) {}

  /**
   * Returns ΔLOD by block: the outlier ratio after pruning minus that of the dense model.
   *
   * @param after one of {@link #pruned}
   * @param threshold M, one of those measured
   * @return percentage points, one for each block
   * @throws IllegalArgumentException if that threshold was not measured
   */
  public double[] blockChanges(AfterPruning after, double threshold) {
    return difference(after.outliers().blockRatios(threshold), dense.blockRatios(threshold));
  }

  /**
   * Returns ΔLOD of the linears of a block, each against its own mean in the dense model.
   *
   * @param after one of {@link #pruned}
   * @param block the block's index
   * @param threshold M, one of those measured
   * @return percentage points, one for each linear
   * @throws IllegalArgumentException if that threshold was not measured
   */
  public double[] linearChanges(AfterPruning after, int block, double threshold) {
    return difference(
        after.outliers().linearRatios(block, threshold), dense.linearRatios(block, threshold));
  }

  /**
   * Returns ΔLOD of the model: the unweighted mean over its blocks.
   *
   * @param after one of {@link #pruned}
   * @param threshold M, one of those measured
   * @return percentage points
   * @throws IllegalArgumentException if that threshold was not measured
   */
  public double meanChange(AfterPruning after, double threshold) {
    return mean(blockChanges(after, threshold));
  }

  /**
   * Returns the threshold that the summary refers to.
   *
   * @return M = 5, the paper's, or the lowest measured if that is not among them
   */
  @JsonIgnore
  public double mainThreshold() {
    List<Double> all = dense.thresholds();
    return all.contains(PAPERS_THRESHOLD) ? PAPERS_THRESHOLD : all.get(0);
  }

  /**
   * Returns the findings in plain words.
   *
   * @return sentences, at least one
   */
  @JsonIgnore
  public List<String> summary() {
    return new Findings(this).summary();
  }

  /**
   * Returns reasons not to use OWL on this model, in plain words: ratios too flat to distinguish
   * blocks, or ratios that rise with depth.
   *
   * @return sentences; empty if there is no such reason
   */
  @JsonIgnore
  public List<String> warnings() {
    return new Findings(this).warnings();
  }

  /**
   * Returns the analysis as JSON.
   *
   * @return a text that {@link #fromJson} reads
   */
  public String toJson() {
    return Json.write(this);
  }

  /**
   * Reads an analysis.
   *
   * @param json the text that {@link #toJson} returned
   * @return the equal analysis
   * @throws IllegalArgumentException if it is not an analysis of this version, saying what is wrong
   */
  public static AnalysisResult fromJson(String json) {
    return Json.read(json, AnalysisResult.class, VERSION);
  }

  /**
   * Returns a table (block, its dense ratio for each M, ΔLOD of each pruning), a summary, and the
   * remarks.
   *
   * @return lines of text
   */
  @Override
  public String toString() {
    double main = mainThreshold();
    List<String> head = new ArrayList<>(List.of("outlier ratio %"));
    dense.thresholds().forEach(m -> head.add("M = " + Table.threshold(m)));
    pruned.forEach(after -> head.add("change by " + after.name()));
    Table table = new Table(head.toArray(String[]::new));
    List<double[]> columns = new ArrayList<>();
    dense.thresholds().forEach(m -> columns.add(dense.blockRatios(m)));
    pruned.forEach(after -> columns.add(blockChanges(after, main)));
    for (int b = 0; b < dense.blocks().size(); b++) {
      int block = b;
      row(table, dense.blocks().get(b).name(), columns.stream().map(c -> c[block]).toList());
    }
    row(table, "mean", columns.stream().map(AnalysisResult::mean).toList());
    StringBuilder text = new StringBuilder(table.toString());
    summary().forEach(line -> text.append(line).append(System.lineSeparator()));
    warnings().forEach(l -> text.append("warning: ").append(l).append(System.lineSeparator()));
    return text.append(Table.lines(remarks)).toString();
  }

  private void row(Table table, String name, List<Double> values) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (int c = 0; c < values.size(); c++) {
      boolean ratio = c < dense.thresholds().size();
      cells.add(String.format(Locale.ROOT, ratio ? "%.3f" : "%+.3f", values.get(c)));
    }
    table.row(cells.toArray(String[]::new));
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double[] difference(double[] after, double[] before) {
    double[] difference = new double[before.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = after[i] - before[i];
    }
    return difference;
  }
}
