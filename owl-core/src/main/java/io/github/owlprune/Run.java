package io.github.owlprune;

import com.google.common.base.Stopwatch;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Pruner;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run over a model: its threads, its calibration, its clock and its progress. */
final class Run implements AutoCloseable {
  private final Model model;
  private final @Nullable TokenIds calibration;
  private final Workers workers;
  private final Execution execution;
  private final Journal journal;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long done;
  private long expected;

  private Run(Model model, @Nullable TokenIds calibration, Execution execution, Journal journal) {
    this.model = model;
    this.calibration = calibration;
    this.execution = execution;
    this.journal = journal;
    this.workers = Workers.open(execution.threads());
  }

  /** Draws the calibration and checks every sequence before any work starts. */
  static Run open(Model model, @Nullable Calibration calibration, Execution execution) {
    return new Run(model, drawn(model, calibration), execution, Journal.none());
  }

  /**
   * Opens a run that goes on where one of the same settings was cut off.
   *
   * @param settings all that decides the result, but for the model and the calibration
   */
  static Run resume(
      Model model,
      @Nullable Calibration calibration,
      Execution execution,
      Map<String, String> settings) {
    TokenIds drawn = drawn(model, calibration);
    Map<String, String> all = new LinkedHashMap<>(settings);
    if (drawn != null) {
      all.put("calibration", drawn.tokens() + " tokens of the SHA-256 " + drawn.hash());
    }
    all.put("hidden states", execution.hiddenStates(model, drawn));
    return new Run(model, drawn, execution, Journal.open(model, all));
  }

  private static @Nullable TokenIds drawn(Model model, @Nullable Calibration calibration) {
    if (calibration == null) {
      return null;
    }
    TokenIds drawn = calibration.draw();
    drawn.sequences().forEach(model::check);
    return drawn;
  }

  Journal journal() {
    return journal;
  }

  Model model() {
    return model;
  }

  Workers workers() {
    return workers;
  }

  @Nullable String calibrationSource() {
    return calibration == null ? null : calibration.source();
  }

  /** The calibration's token ids. */
  List<int[]> sequences() {
    if (calibration == null) {
      throw noCalibration("the allocator");
    }
    return calibration.sequences();
  }

  /** What enters the first block, for these sequences. */
  HiddenStates embed(List<int[]> sequences) {
    HiddenStates states = reserve(sequences);
    timed("embed", () -> states.embed(model, sequences));
    return states;
  }

  /** What enters the block of a pass that the journal begins with. */
  HiddenStates enter(Pass pass, List<int[]> sequences) {
    int[] floats = HiddenStates.floats(model.width(), sequences);
    Path folder = journal.folder();
    HiddenStates states =
        execution.inMemory(floats)
            ? new HiddenStatesInMemory(floats, keptFrom(folder, floats))
            : inFile(folder, floats);
    OptionalInt place = journal.place(pass);
    if (place.isPresent()) {
      states.restore(place.getAsInt());
    } else {
      timed("embed", () -> states.embed(model, sequences));
    }
    return states;
  }

  /** Room for the hidden states of these sequences. */
  HiddenStates reserve(List<int[]> sequences) {
    int[] floats = HiddenStates.floats(model.width(), sequences);
    return execution.inMemory(floats)
        ? new HiddenStatesInMemory(floats, null)
        : inFile(null, floats);
  }

  /** Exactly, whatever type was asked for in a file: what is in memory was never rounded. */
  private static @Nullable StatesFile keptFrom(@Nullable Path folder, int[] floats) {
    return folder == null ? null : new StatesFile(folder, HiddenStateType.FLOAT32, floats);
  }

  private HiddenStates inFile(@Nullable Path folder, int[] floats) {
    return new HiddenStatesInFile(
        new StatesFile(folder, execution.hiddenStateType(), floats), floats);
  }

  /** The model, if it knows its loss. */
  LossModel lossModel() {
    if (model instanceof LossModel knowing) {
      return knowing;
    }
    throw new IllegalStateException(
        model.getClass().getSimpleName()
            + " does not say what its loss is; let it implement LossModel, or choose an allocator"
            + " that measures no loss, such as owl or depth");
  }

  static IllegalStateException noCalibration(String who) {
    return new IllegalStateException(
        who
            + " looks at activations, but no calibration was given; use Owl.allocate(model,"
            + " calibration)");
  }

  /**
   * Does the work; if it is cancelled the model is abandoned. An interrupt in the middle of a file
   * operation closes the file and comes as an I/O error, but it is a cancellation all the same.
   */
  <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (CancellationException e) {
      model.abandon();
      throw e;
    } catch (UncheckedIOException e) {
      if (!Thread.currentThread().isInterrupted()) {
        throw e;
      }
      model.abandon();
      CancellationException cancelled = new CancellationException("the thread was interrupted");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  /** Prunes, and tells the model what was done; whatever fails, the model is abandoned. */
  Report reported(Plan plan, Pruner<?> pruner, Supplier<List<Report.PrunedBlock>> prune) {
    try {
      List<Report.PrunedBlock> pruned = prune.get();
      Report report =
          new Report(Report.VERSION, plan, pruner.name(), calibrationSource(), pruned, seconds);
      model.endPruning(plan.toJson(), report.toJson());
      return report;
    } catch (RuntimeException | Error e) {
      model.abandon();
      throw e;
    }
  }

  <T> T timed(String stage, Supplier<T> work) {
    Stopwatch watch = Stopwatch.createStarted();
    try {
      return work.get();
    } finally {
      seconds.merge(stage, watch.elapsed(TimeUnit.NANOSECONDS) / 1e9, Double::sum);
    }
  }

  void timed(String stage, Runnable work) {
    timed(
        stage,
        () -> {
          work.run();
          return done;
        });
  }

  void expect(long pieces) {
    expected = pieces;
  }

  /** Tells the listener, and stops here if the thread was interrupted. */
  void advance(String doing, long pieces) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the thread was interrupted while " + doing);
    }
    done += pieces;
    execution.progress().update(doing, done, expected);
  }

  @Override
  public void close() {
    journal.close();
    workers.close();
  }
}
