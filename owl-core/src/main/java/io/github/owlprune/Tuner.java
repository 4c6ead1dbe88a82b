package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.allocation.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
 * Searches for the allocation with the least loss: every allocator alone, then mixtures of the best
 * of them by CMA-ES. A candidate is pruned by the dense model's scores, whose norms are made once,
 * and costs one forward pass of the judging sequences.
 */
final class Tuner {
  private static final int MOST_MIXED = 4;
  private static final int POPULATION = 6;
  private static final double STEP = 0.4; // of a weight; the whole range of lambda is 1
  private static final double LIGHTEST = -1;
  private static final double HEAVIEST = 2; // beyond it the box cuts nearly everything
  private static final int SEED = 20231005;

  private final Run run;
  private final TuningSettings settings;
  private final JudgingSplit split;
  private final DensePass dense;
  private final long start = System.nanoTime();
  private final List<Tried> tried = new ArrayList<>();

  Tuner(Run run, TuningSettings settings) {
    this.run = run;
    this.settings = settings;
    this.split = JudgingSplit.of(run.sequences());
    this.dense = new DensePass(run, settings.linears(), split.scoring());
  }

  private record Candidate(Mixture mixture, Plan plan) {
    /** A sparsity of every linear. */
    double[] sparsities() {
      return plan.blocks().stream()
          .flatMap(block -> block.linears().stream())
          .mapToDouble(linear -> linear.sparsity().zeros())
          .toArray();
    }
  }

  private record Tried(Candidate candidate, double loss) {
    double weight(Profile profile) {
      int k = candidate.mixture().profiles().indexOf(profile);
      return k < 0 ? 0 : candidate.mixture().weights()[k];
    }

    Tuned.Candidate told() {
      return new Tuned.Candidate(candidate.plan(), loss);
    }
  }

  /** Ends the search where it stands: all candidates were tried, or the time is up. */
  private static final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  Tuned search() {
    List<Profile> profiles = profiles();
    JudgedLoss judge = new JudgedLoss(run, settings.linears(), dense.norms(), split.judging());
    double denseLoss = tryAlone(judge, profiles);
    List<Profile> best = best();
    if (!best.isEmpty() && tried.size() < settings.candidates()) {
      mix(judge, best);
    }
    List<Tuned.Candidate> candidates = tried.stream().map(Tried::told).toList();
    return new Tuned(denseLoss, candidates);
  }

  /** Every allocator's shape over the blocks; those that give none are left out. */
  private List<Profile> profiles() {
    List<Profile> profiles = new ArrayList<>();
    for (Allocator allocator : settings.allocators()) {
      if (allocator.measurement() == Measurement.OUTLIER_RATIOS) {
        settings.outlierThresholds().forEach(m -> profiles.add(profile(allocator, m, " M=" + m)));
      } else {
        profiles.add(profile(allocator, settings.outlierThresholds().get(0), ""));
      }
    }
    return profiles.stream().filter(p -> !p.isFlat()).toList();
  }

  private Profile profile(Allocator allocator, double threshold, String note) {
    Measuring measuring =
        new Measuring(run, settings.linears(), Granularity.BLOCK, settings.sparsity(), threshold);
    return Profile.of(
        allocator,
        note,
        Units.of(
            run.model(),
            settings.linears(),
            Granularity.BLOCK,
            measuring.make(allocator.measurement(), dense, split.sensing())),
        settings.sparsity());
  }

  /**
   * Tries uniform and every profile as it is, all in one go: each block is read once for all.
   *
   * @return the dense model's loss
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
    List<double[]> variants = new ArrayList<>();
    within.forEach(c -> variants.add(c.sparsities()));
    variants.add(new double[variants.get(0).length]);
    double[] losses = judge.of(variants);
    for (int c = 0; c < within.size(); c++) {
      tried.add(new Tried(within.get(c), losses[c]));
    }
    return losses[within.size()];
  }

  private double[] extremes() {
    return DoubleStream.of(settings.leastLambda(), settings.mostLambda()).distinct().toArray();
  }

  /** The profiles that did best alone, and of the outlier ratios one threshold only. */
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
      if (Arrays.equals(t.candidate().sparsities(), candidate.sparsities())) {
        return told(t.loss());
      }
    }
    if (tried.size() >= settings.candidates()
        || System.nanoTime() - start > settings.timeLimit().toNanos()) {
      throw new Spent();
    }
    double loss = judge.of(List.of(candidate.sparsities()))[0];
    tried.add(new Tried(candidate, loss));
    return told(loss);
  }

  /** The optimizer reckons with differences: for a loss that is no number it is told the worst. */
  private double told(double loss) {
    return Double.isFinite(loss)
        ? loss
        : tried.stream().mapToDouble(Tried::loss).filter(Double::isFinite).max().orElse(0);
  }

  private Candidate planned(Mixture mixture, double lambda) {
    Target target = new Target(settings.sparsity(), lambda, Mapping.BOUNDED);
    PlanMaker maker =
        new PlanMaker(
            mixture, Granularity.BLOCK, target, settings.outlierThresholds().get(0), null, null);
    return new Candidate(mixture, maker.make(run.model(), settings.linears(), null));
  }

  private Tried leader() {
    return tried.stream().min(Comparator.comparingDouble(Tried::loss)).orElseThrow();
  }
}
