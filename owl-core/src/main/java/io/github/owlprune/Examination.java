package io.github.owlprune;

import io.github.owlprune.model.Model;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An analysis about to be made. Immutable: every {@code with} and {@code after} returns a new stage
 * and refuses nonsense at once. The model stays as it is: what is pruned here is never saved.
 */
public final class Examination {
  private final Model model;
  private final Calibration calibration;
  private double[] thresholds = {3, 5, 7, 10};
  private LinearChoice linears = new LinearChoice(LinearChoice.ALL);
  private List<Case<?>> cases = List.of();
  private Execution execution = Execution.DEFAULT;

  private record Case<S extends InputStatistics>(String name, Plan plan, Pruner<S> pruner) {
    Analysis.AfterPruning measure(Run run, LinearChoice linears, DenseOutliers dense) {
      return new PrunedPass<>(run, linears, dense, plan, pruner).measure(name);
    }
  }

  Examination(Model model, Calibration calibration) {
    this.model = model;
    this.calibration = calibration;
  }

  private Examination copy() {
    Examination copy = new Examination(model, calibration);
    copy.thresholds = thresholds;
    copy.linears = linears;
    copy.cases = cases;
    copy.execution = execution;
    return copy;
  }

  /**
   * Sets the thresholds M; more of them cost next to nothing.
   *
   * @param thresholds above 0 and finite, at least one; 3, 5, 7 and 10 unless set
   * @return a new stage
   * @throws IllegalArgumentException if there is none, or one is not
   */
  public Examination withThresholds(double... thresholds) {
    OutlierThreshold.requireAll(thresholds);
    Examination next = copy();
    next.thresholds = thresholds.clone();
    return next;
  }

  /**
   * Narrows the linears that are looked at.
   *
   * @param glob matched against {@code block.linear}, such as {@code *.mlp.*}; all unless set
   * @return a new stage
   * @throws IllegalArgumentException if the glob is malformed or matches nothing
   */
  public Examination withLinears(String glob) {
    Examination next = copy();
    next.linears = new LinearChoice(glob);
    next.linears.requireAny(model);
    return next;
  }

  /**
   * Also measures the model as a pruning would leave it. May be called several times, to hold plans
   * and methods against each other.
   *
   * @param name how tables and charts shall name it; not empty, and no other's
   * @param plan which sparsity each linear gets
   * @param pruner chooses the weights
   * @return a new stage
   * @param <S> what the pruner needs to know about inputs
   * @throws IllegalArgumentException if the name is empty or taken, or the plan is not one for this
   *     model, naming the first block or linear that differs
   */
  public <S extends InputStatistics> Examination after(String name, Plan plan, Pruner<S> pruner) {
    if (name.isBlank() || cases.stream().anyMatch(c -> c.name().equals(name))) {
      throw new IllegalArgumentException(
          "a pruning was named \""
              + name
              + "\"; every pruning of an analysis needs a name of its own, such as \""
              + pruner.name()
              + ", "
              + plan.allocator()
              + "\"");
    }
    PlanCheck.requireFit(plan, model);
    List<Case<?>> more = new ArrayList<>(cases);
    more.add(new Case<>(name, plan, Objects.requireNonNull(pruner)));
    Examination next = copy();
    next.cases = List.copyOf(more);
    return next;
  }

  /**
   * Sets the number of threads. It does not change the result.
   *
   * @param threads at least 1; all processors unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Examination withThreads(int threads) {
    Examination next = copy();
    next.execution = execution.withThreads(threads);
    return next;
  }

  /**
   * Sets how many bytes of hidden states stay in memory; larger ones go to a temporary file.
   *
   * @param bytes at least 0; half of the JVM's heap limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public Examination withHiddenStateMemory(long bytes) {
    Examination next = copy();
    next.execution = execution.withHiddenStateBytes(bytes);
    return next;
  }

  /**
   * Sets how hidden states lie in the file, if they go there.
   *
   * @param type float32 unless set; bfloat16 takes half the room and changes the result a little
   * @return a new stage
   */
  public Examination withHiddenStateType(HiddenStateType type) {
    Examination next = copy();
    next.execution = execution.withHiddenStateType(Objects.requireNonNull(type));
    return next;
  }

  /**
   * Sets who is told how far the run has come.
   *
   * @param progress nobody unless set
   * @return a new stage
   */
  public Examination withProgress(Progress progress) {
    Examination next = copy();
    next.execution = execution.withProgress(Objects.requireNonNull(progress));
    return next;
  }

  /**
   * Measures: one pass over the dense model, and one for each pruning. A pruning's pass does to
   * every block what pruning would, block by block, but saves none. So swept weights are not
   * rounded to the checkpoint's type, as saved ones are.
   *
   * @return the outlier ratios of the dense model, and after each pruning
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public Analysis measure() {
    try (Run run = Run.open(model, calibration, execution)) {
      return run.guarded(
          () -> {
            run.expect(
                DensePass.pieces(model, run.sequences())
                    + cases.size() * PrunedPass.pieces(model, run));
            DenseOutliers dense =
                DenseOutliers.measure(new DensePass(run, linears, run.sequences()), thresholds);
            List<Analysis.AfterPruning> pruned = new ArrayList<>();
            for (Case<?> c : cases) {
              pruned.add(c.measure(run, linears, dense));
            }
            return new Analysis(
                Analysis.VERSION,
                Objects.requireNonNull(run.calibrationSource()),
                linears.toString(),
                dense.ratios(),
                pruned);
          });
    }
  }
}
