package io.github.owlprune.tuning;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.measure.DenseModel;
import io.github.owlprune.measure.DenseSweep;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.JudgedLoss;
import io.github.owlprune.measure.JudgingCost;
import io.github.owlprune.measure.JudgingSplit;
import io.github.owlprune.measure.Measured;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.PlanMaker;
import io.github.owlprune.plan.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.exception.TooManyIterationsException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * Searches for the allocation with the lowest loss: every allocator alone, then mixtures of the
 * best of them by CMA-ES. A candidate is pruned by the dense model's scores, whose norms are
 * computed once, and costs one forward pass of the judging sequences.
 */
public final class Tuner {
  private static final int MOST_MIXED = 4;
  private static final int POPULATION = 6;
  private static final double STEP = 0.4; // of a weight; the whole range of λ is 1
  private static final double LIGHTEST = -1;
  private static final double HEAVIEST = 2; // beyond it nearly everything is clipped
  private static final int SEED = 20231005;

  private final Run run;
  private final TuningSettings settings;
  private final JudgingSplit split;
  private final DenseSweep dense;
  private final long start = System.nanoTime();
  private final List<Tried> tried = new ArrayList<>();

  /**
   * Prepares a search.
   *
   * @param run a run over a model that computes its loss
   * @param settings the settings
   * @throws IllegalArgumentException if the calibration has fewer than 2 sequences
   */
  public Tuner(Run run, TuningSettings settings) {
    this.run = run;
    this.settings = settings;
    this.split = JudgingSplit.of(run.sequences());
    this.dense = new DenseSweep(run, settings.linears(), split.scoring(), Set.of());
  }

  /**
   * Computes the most that a search can cost: its measurements, its candidates, the dense model.
   *
   * @param model the model
   * @param sequences the whole calibration
   * @param settings the settings
   * @return the passes and reads
   * @throws IllegalArgumentException if the calibration has fewer than 2 sequences
   * @throws IllegalStateException if the model cannot compute a loss
   */
  public static JudgingCost cost(LossModel model, List<int[]> sequences, TuningSettings settings) {
    model.checkLoss();
    JudgingCost measuring =
        JudgingCost.ofLossRises(
            model, sequences, settings.linears(), Granularity.BLOCK, settings.sparsity());
    int judged = settings.candidates() + 1;
    double passes = judged;
    double reads = judged;
    long losses = judged;
    for (Allocator allocator : settings.allocators()) {
      Measurement measurement = allocator.measurement();
      if (measurement.judgesLoss()) {
        passes += measuring.passes();
        losses += measuring.losses();
        reads += measuring.reads();
      } else if (!measurement.equals(Measurement.none())) {
        reads++;
      }
    }
    return new JudgingCost(
        measuring.scoringSequences(),
        measuring.judgingSequences(),
        Math.max(judged, measuring.variants()),
        passes,
        losses,
        reads);
  }

  /**
   * Returns an upper bound of the progress that the search reports.
   *
   * @return pieces of work
   */
  public long pieces() {
    JudgingCost cost = cost(run.lossModel(), run.sequences(), settings);
    long forwards = Math.round(cost.passes() * run.model().blocks().size());
    return dense.pieces()
        + new JudgedLoss.Work(forwards, cost.losses(), 0).pieces(cost.judgingSequences());
  }

  private record Candidate(Mixture mixture, Plan plan) {
    Map<LinearRef, Double> sparsities() {
      Map<LinearRef, Double> sparsities = new LinkedHashMap<>();
      plan.sparsities().forEach((linear, s) -> sparsities.put(linear, s.zeros()));
      return sparsities;
    }
  }

  private record Tried(Candidate candidate, double loss) {
    double weight(Profile profile) {
      int k = candidate.mixture().profiles().indexOf(profile);
      return k < 0 ? 0 : candidate.mixture().weights()[k];
    }

    TuningResult.Candidate result() {
      return new TuningResult.Candidate(candidate.plan(), loss);
    }
  }

  /** Ends the search: all candidates were tried, or the time is up. */
  private static final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * Runs the search.
   *
   * @return all candidates that were tried
   */
  public TuningResult search() {
    List<Profile> profiles = profiles();
    JudgedLoss judge = new JudgedLoss(dense, split.judging());
    double denseLoss = tryAlone(judge, profiles);
    List<Profile> best = best();
    if (!best.isEmpty() && tried.size() < settings.candidates()) {
      mix(judge, best);
    }
    List<TuningResult.Candidate> candidates = tried.stream().map(Tried::result).toList();
    return new TuningResult(denseLoss, candidates);
  }

  /** Returns every allocator's shape over the blocks, without flat ones. */
  private List<Profile> profiles() {
    List<Profile> profiles = new ArrayList<>();
    for (Allocator allocator : settings.allocators()) {
      if (allocator.measurement().equals(Measurement.outlierRatios())) {
        settings.outlierThresholds().forEach(m -> profiles.add(profile(allocator, m, " M=" + m)));
      } else {
        profiles.add(profile(allocator, settings.outlierThresholds().get(0), ""));
      }
    }
    return profiles.stream().filter(p -> !p.isFlat()).toList();
  }

  private Profile profile(Allocator allocator, double threshold, String note) {
    DenseModel model =
        new DenseModel(dense, split.sensing(), Granularity.BLOCK, settings.sparsity(), threshold);
    Measured measured = allocator.measurement().measure(model);
    return Profile.of(
        allocator,
        note,
        Units.of(run.model(), settings.linears(), Granularity.BLOCK, measured),
        settings.sparsity());
  }

  /**
   * Tries uniform and every profile by itself, all in one sweep over the blocks.
   *
   * @return the loss of the dense model
   */
  private double tryAlone(JudgedLoss judge, List<Profile> profiles) {
    List<Candidate> alone = new ArrayList<>();
    alone.add(planned(new Mixture(List.of(), new double[0]), settings.leastLambda()));
    for (double lambda : extremes()) {
      for (Profile profile : profiles) {
        alone.add(planned(new Mixture(List.of(profile), new double[] {1}), lambda));
      }
    }
    List<Candidate> within = alone.subList(0, Math.min(alone.size(), settings.candidates()));
    List<Map<LinearRef, Double>> variants = new ArrayList<>();
    within.forEach(c -> variants.add(c.sparsities()));
    variants.add(Map.of());
    double[] losses = judge.of(variants);
    for (int c = 0; c < within.size(); c++) {
      tried.add(new Tried(within.get(c), losses[c]));
    }
    return losses[within.size()];
  }

  private double[] extremes() {
    return DoubleStream.of(settings.leastLambda(), settings.mostLambda()).distinct().toArray();
  }

  /** Returns the profiles that did best by themselves, at most one for each allocator. */
  private List<Profile> best() {
    List<Profile> best = new ArrayList<>();
    List<Tried> ranked = tried.stream().sorted(Comparator.comparingDouble(Tried::loss)).toList();
    for (Tried t : ranked) {
      for (Profile p : t.candidate().mixture().profiles()) {
        if (best.size() < MOST_MIXED
            && best.stream().noneMatch(b -> b.allocator().equals(p.allocator()))) {
          best.add(p);
        }
      }
    }
    return best;
  }

  private void mix(JudgedLoss judge, List<Profile> profiles) {
    int weights = profiles.size();
    boolean anyLambda = settings.mostLambda() > settings.leastLambda();
    int n = weights + (anyLambda ? 1 : 0);
    Tried leader = leader();
    double[] from = new double[n];
    double[] lower = new double[n];
    double[] upper = new double[n];
    double[] sigma = new double[n];
    Arrays.fill(sigma, STEP);
    Arrays.fill(lower, 0, weights, LIGHTEST);
    Arrays.fill(upper, 0, weights, HEAVIEST);
    for (int k = 0; k < weights; k++) {
      from[k] = leader.weight(profiles.get(k));
    }
    if (anyLambda) {
      from[weights] = leader.candidate().plan().lambda() > settings.leastLambda() ? 1 : 0;
      upper[weights] = 1;
    }
    CMAESOptimizer optimizer =
        new CMAESOptimizer(
            settings.candidates(), 0, true, 0, 0, new MersenneTwister(SEED), false, null);
    try {
      optimizer.optimize(
          MaxEval.unlimited(),
          GoalType.MINIMIZE,
          new ObjectiveFunction(x -> judged(judge, profiles, x)),
          new InitialGuess(from),
          new SimpleBounds(lower, upper),
          new CMAESOptimizer.Sigma(sigma),
          new CMAESOptimizer.PopulationSize(POPULATION));
    } catch (Spent | TooManyIterationsException e) {
      // The best so far is known.
    }
  }

  private double judged(JudgedLoss judge, List<Profile> profiles, double[] x) {
    double range = settings.mostLambda() - settings.leastLambda();
    double lambda =
        settings.leastLambda() + (x.length > profiles.size() ? range * x[x.length - 1] : 0);
    Mixture mixture = new Mixture(profiles, Arrays.copyOf(x, profiles.size()));
    Candidate candidate = planned(mixture, lambda);
    for (Tried t : tried) {
      if (t.candidate().sparsities().equals(candidate.sparsities())) {
        return finite(t.loss());
      }
    }
    if (tried.size() >= settings.candidates()
        || System.nanoTime() - start > settings.timeLimit().toNanos()) {
      throw new Spent();
    }
    double loss = judge.of(List.of(candidate.sparsities()))[0];
    tried.add(new Tried(candidate, loss));
    return finite(loss);
  }

  /** Replaces a non-finite loss by the worst finite one, since CMA-ES needs finite values. */
  private double finite(double loss) {
    return Double.isFinite(loss)
        ? loss
        : tried.stream().mapToDouble(Tried::loss).filter(Double::isFinite).max().orElse(0);
  }

  private Candidate planned(Mixture mixture, double lambda) {
    Budget budget = new Budget(settings.sparsity(), lambda, Mapping.BOUNDED);
    PlanMaker maker =
        new PlanMaker(
            mixture, Granularity.BLOCK, budget, settings.outlierThresholds().get(0), null, null);
    return new Candidate(mixture, maker.make(run.model(), settings.linears(), Measured.NOTHING));
  }

  private Tried leader() {
    return tried.stream().min(Comparator.comparingDouble(Tried::loss)).orElseThrow();
  }
}
