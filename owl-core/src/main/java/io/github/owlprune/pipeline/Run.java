package io.github.owlprune.pipeline;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.StatisticsRequest;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run over a model: its threads, calibration, journal, stage times and progress. */
public final class Run implements AutoCloseable {
  private final Model model;
  private final @Nullable TokenIds calibration;
  private final Workers workers;
  private final Execution execution;
  private final Journal journal;
  private final StageTimes times = new StageTimes();
  private long done;
  private long expected;

  private Run(
      Model model,
      @Nullable TokenIds calibration,
      Execution execution,
      Workers workers,
      Journal journal) {
    this.model = model;
    this.calibration = calibration;
    this.execution = execution;
    this.workers = workers;
    this.journal = journal;
  }

  /**
   * Opens a run without a journal. The calibration is drawn, and every sequence checked, before any
   * work starts.
   *
   * @param model the model
   * @param calibration the calibration, null if there is none
   * @param execution how to use the machine
   * @return a run, to be closed
   */
  public static Run open(Model model, @Nullable Calibration calibration, Execution execution) {
    TokenIds drawn = drawn(model, calibration);
    return new Run(model, drawn, execution, Workers.open(execution.threads()), Journal.none());
  }

  /**
   * Opens a run that resumes an interrupted one of the same settings.
   *
   * @param model the model
   * @param calibration the calibration, null if there is none
   * @param execution how to use the machine
   * @param settings everything that decides the result, except the model and the calibration
   * @return a run, to be closed
   * @throws IllegalStateException if an interrupted run had other settings, naming the first, or
   *     another run uses the model's journal
   */
  public static Run resume(
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
    Workers workers = Workers.open(execution.threads());
    try {
      return new Run(model, drawn, execution, workers, Journal.open(model, all));
    } catch (RuntimeException e) {
      workers.close();
      throw e;
    }
  }

  private static @Nullable TokenIds drawn(Model model, @Nullable Calibration calibration) {
    if (calibration == null) {
      return null;
    }
    TokenIds drawn = calibration.draw();
    drawn.sequences().forEach(model::check);
    return drawn;
  }

  /**
   * Returns the record of what the run has finished.
   *
   * @return a journal, which may keep nothing
   */
  public Journal journal() {
    return journal;
  }

  /**
   * Returns the model that the run works on.
   *
   * @return the model as it was given
   */
  public Model model() {
    return model;
  }

  /**
   * Returns the most bytes of statistics that are gathered together.
   *
   * @return at least 0
   */
  public long statisticsBytes() {
    return execution.statisticsBytes();
  }

  /**
   * Returns the threads of the run.
   *
   * @return the workers, open until the run is closed
   */
  public Workers workers() {
    return workers;
  }

  /**
   * Returns the origin of the calibration.
   *
   * @return one line; null without calibration
   */
  public @Nullable String calibrationSource() {
    return calibration == null ? null : calibration.source();
  }

  /**
   * Returns the token ids of the calibration.
   *
   * @return at least one sequence
   * @throws IllegalStateException if there is no calibration
   */
  public List<int[]> sequences() {
    if (calibration == null) {
      throw noCalibration("the measurement");
    }
    return calibration.sequences();
  }

  /**
   * Returns the model, if it can compute its loss.
   *
   * @return the model of this run
   * @throws IllegalStateException if it is not a {@link LossModel}, or cannot compute a loss
   */
  public LossModel lossModel() {
    if (model instanceof LossModel withLoss) {
      withLoss.checkLoss();
      return withLoss;
    }
    throw new IllegalStateException(
        model.getClass().getSimpleName()
            + " does not compute a loss; let it implement LossModel, or choose an allocator that"
            + " measures no loss, such as owl or depth");
  }

  /**
   * Creates the exception for a missing calibration.
   *
   * @param who the strategy or allocator that needs one
   * @return the exception, to be thrown by the caller
   */
  public static IllegalStateException noCalibration(String who) {
    return new IllegalStateException(
        who
            + " needs activations, but no calibration was given; pass one to"
            + " Owl.allocate or Owl.follow");
  }

  /**
   * Prepares a sweep over the model's blocks.
   *
   * @return the sweep
   */
  public Sweep sweep() {
    return new Sweep(model.blocks(), workers, times);
  }

  /**
   * Computes the hidden states that enter the first block.
   *
   * @param sequences the token ids
   * @return the sequences in front of the first block, to be closed
   */
  public SequencesInFlight embed(List<int[]> sequences) {
    return embed(sequences, 1);
  }

  /**
   * Computes the hidden states that enter the first block, with room for forks.
   *
   * @param sequences the token ids
   * @param copies the maximum number of copies at once, the original included
   * @return the sequences in front of the first block, to be closed
   */
  public SequencesInFlight embed(List<int[]> sequences, int copies) {
    int[] one = HiddenStates.floats(model.width(), sequences);
    int[] floats = new int[Math.multiplyExact(one.length, copies)];
    for (int copy = 0; copy < copies; copy++) {
      System.arraycopy(one, 0, floats, copy * one.length, one.length);
    }
    HiddenStates store =
        execution.inMemory(floats) ? new HiddenStatesInMemory(floats, null) : inFile(null, floats);
    return embedded(new LocalSequences(sequences, copies, store, workers));
  }

  /**
   * Returns the sequences where the journal says that a sweep restarts: in front of the block
   * {@code journal().firstBlock(sweep)}.
   *
   * @param sweep the sweep
   * @param sequences the token ids
   * @return the sequences, to be closed
   */
  public SequencesInFlight enter(JournaledSweep sweep, List<int[]> sequences) {
    int[] floats = HiddenStates.floats(model.width(), sequences);
    Path folder = journal.folder();
    HiddenStates store =
        execution.inMemory(floats)
            ? new HiddenStatesInMemory(floats, checkpointFile(folder, floats))
            : inFile(folder, floats);
    LocalSequences entering = new LocalSequences(sequences, 1, store, workers);
    OptionalInt position = journal.position(sweep);
    if (position.isEmpty()) {
      return embedded(entering);
    }
    entering.restore(position.getAsInt());
    return entering;
  }

  private SequencesInFlight embedded(LocalSequences sequences) {
    return timed(
        "embed",
        () -> {
          sequences.embed(model);
          return sequences;
        });
  }

  /** Opens a file for checkpoints: float32 as states in memory, whatever type is set for files. */
  private static @Nullable StatesFile checkpointFile(@Nullable Path folder, int[] floats) {
    return folder == null ? null : new StatesFile(folder, HiddenStateType.FLOAT32, floats);
  }

  private HiddenStates inFile(@Nullable Path folder, int[] floats) {
    return new HiddenStatesInFile(
        new StatesFile(folder, execution.hiddenStateType(), floats), floats);
  }

  /**
   * Sends sequences through an open block, and reports time and progress.
   *
   * @param stage the stage that the time is added to
   * @param activity the name of the activity for progress
   * @param pieces the progress of each sequence
   * @param sequences the sequences
   * @param open the block
   * @param passage whether the sequences leave the block
   * @param request the statistics to gather
   * @return the statistics, to be closed
   */
  public BlockStatistics pass(
      String stage,
      String activity,
      int pieces,
      SequencesInFlight sequences,
      OpenBlock open,
      Passage passage,
      StatisticsRequest request) {
    return timed(
        stage, () -> sequences.pass(open, passage, request, () -> advance(activity, pieces)));
  }

  /**
   * Runs the work; if it is cancelled, the model is abandoned. An interrupt during a file operation
   * closes the file and surfaces as an I/O error, but is a cancellation all the same.
   *
   * @param work the work
   * @return the result of the work
   * @param <T> the type of the result
   * @throws CancellationException if the thread was interrupted
   */
  public <T> T guarded(Supplier<T> work) {
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

  /**
   * Runs work and adds its time to a stage.
   *
   * @param stage the stage's name
   * @param work the work
   * @return the result of the work
   * @param <T> the type of the result
   */
  public <T> T timed(String stage, Supplier<T> work) {
    return times.timed(stage, work);
  }

  /**
   * Runs work and adds its time to a stage.
   *
   * @param stage the stage's name
   * @param work the work
   */
  public void timed(String stage, Runnable work) {
    times.timed(
        stage,
        () -> {
          work.run();
          return done;
        });
  }

  /**
   * Returns the wall time by stage.
   *
   * @return seconds; changes as stages run
   */
  public Map<String, Double> seconds() {
    return times.seconds();
  }

  /**
   * Sets the total that progress is reported against.
   *
   * @param pieces the pieces of the whole run
   */
  public void expect(long pieces) {
    expected = pieces;
  }

  /**
   * Reports progress, and ends the run here if the thread was interrupted.
   *
   * @param activity what was being done
   * @param pieces the pieces that were done
   * @throws CancellationException if the thread was interrupted
   */
  public void advance(String activity, long pieces) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the thread was interrupted while " + activity);
    }
    done += pieces;
    execution.progress().update(activity, done, expected);
  }

  /** Ends the threads and releases the journal. */
  @Override
  public void close() {
    journal.close();
    workers.close();
  }
}
