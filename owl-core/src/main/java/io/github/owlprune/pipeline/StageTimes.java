package io.github.owlprune.pipeline;

import com.google.common.base.Stopwatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The wall time of each stage of a run, in the order in which the stages first ran. */
public final class StageTimes {
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  /** Starts with no stage. */
  public StageTimes() {}

  /**
   * Runs work and adds its wall time to a stage.
   *
   * @param stage the stage's name
   * @param work the work
   * @return the result of the work
   * @param <T> the type of the result
   */
  public <T> T timed(String stage, Supplier<T> work) {
    Stopwatch watch = Stopwatch.createStarted();
    try {
      return work.get();
    } finally {
      seconds.merge(stage, watch.elapsed(TimeUnit.NANOSECONDS) / 1e9, Double::sum);
    }
  }

  /**
   * Returns the times.
   *
   * @return seconds by stage; changes as stages run
   */
  public Map<String, Double> seconds() {
    return seconds;
  }
}
