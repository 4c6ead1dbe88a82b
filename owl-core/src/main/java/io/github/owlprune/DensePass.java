package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one pass over the dense model that OWL needs (arXiv 2310.05175, section 3.1): every block
 * sees dense activations; column norms of each distinct input, then whatever is to be told of the
 * block's scores.
 *
 * <p>The norms are kept. Whoever looks at the scores again has each block opened once more, but
 * nothing runs through it.
 */
final class DensePass {
  private static final int PIECES = 4; // a forward is four thirds of an observation

  private final Run run;
  private final LinearChoice linears;
  private final List<int[]> sequences;
  private final Function<Block, Tap> alsoWatching;
  private final int last; // no block behind it is chosen, so none is run through
  private @Nullable List<List<float[]>> norms;

  DensePass(Run run, LinearChoice linears, List<int[]> sequences) {
    this(run, linears, sequences, block -> Tap.NONE);
  }

  /**
   * A pass that shows the blocks' inputs to others as well.
   *
   * @param alsoWatching makes what is shown a block's inputs
   */
  DensePass(
      Run run, LinearChoice linears, List<int[]> sequences, Function<Block, Tap> alsoWatching) {
    this.run = run;
    this.linears = linears;
    this.sequences = sequences;
    this.alsoWatching = alsoWatching;
    this.last = linears.lastBlock(run.model());
  }

  static long pieces(Model model, List<int[]> sequences) {
    return (long) PIECES * model.blocks().size() * sequences.size();
  }

  /** The column norms of each chosen linear's input, block by block. */
  List<List<float[]>> norms() {
    if (norms == null) {
      over(Scores::block);
    }
    return java.util.Objects.requireNonNull(norms);
  }

  /** Looks at the scores of every block that has linears to prune, while it is open. */
  <T> List<T> over(Function<Scores, T> look) {
    if (norms != null) {
      return again(look, norms);
    }
    List<List<float[]>> made = new ArrayList<>();
    List<T> seen = new ArrayList<>();
    List<? extends Block> blocks = run.model().blocks();
    int begin = run.journal().begin(Pass.DENSE);
    try (HiddenStates states = run.enter(Pass.DENSE, sequences)) {
      for (int b = 0; b <= last; b++) {
        Block block = blocks.get(b);
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          made.add(b < begin ? known(b, states) : measured(b, open, states));
          look(block, open, made.get(b), look, seen);
        }
      }
    }
    while (made.size() < blocks.size()) {
      made.add(List.of());
    }
    norms = made;
    return seen;
  }

  /** From the journal of a run that was cut off behind this block. */
  private List<float[]> known(int b, HiddenStates states) {
    run.advance(
        "measuring " + run.model().blocks().get(b).name(), (long) PIECES * states.sequences());
    return run.journal().norms(b).orElseThrow();
  }

  private List<float[]> measured(int b, OpenBlock open, HiddenStates states) {
    Block block = run.model().blocks().get(b);
    List<float[]> measured = forward(block, open, states, b == last);
    run.journal().keep(b, measured);
    run.journal().keep(Pass.DENSE, b + 1, states);
    return measured;
  }

  private <T> List<T> again(Function<Scores, T> look, List<List<float[]>> known) {
    List<T> seen = new ArrayList<>();
    List<? extends Block> blocks = run.model().blocks();
    for (int b = 0; b < blocks.size(); b++) {
      Block block = blocks.get(b);
      if (!known.get(b).isEmpty()) {
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          look(block, open, known.get(b), look, seen);
        }
      }
    }
    return seen;
  }

  private <T> void look(
      Block block, OpenBlock open, List<float[]> known, Function<Scores, T> look, List<T> seen) {
    if (!known.isEmpty()) {
      Scores scores = new Scores(block, open, linears.of(block), known, run.workers());
      seen.add(run.timed("measure: scores", () -> look.apply(scores)));
    }
  }

  /**
   * Runs every sequence through the block; what leaves the last that is measured is needed by
   * nobody.
   *
   * @return the column norms of each chosen linear's input
   */
  private List<float[]> forward(Block block, OpenBlock open, HiddenStates states, boolean last) {
    InputNorms norms = new InputNorms(block, linears.of(block), run.workers());
    Tap other = alsoWatching.apply(block);
    Tap tap =
        (input, rows) -> {
          norms.see(input, rows);
          other.see(input, rows);
        };
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      run.timed(
          "measure: forward",
          () -> {
            float[] hidden = states.get(sequence);
            if (last) {
              open.observe(hidden, tap);
            } else {
              open.forward(hidden, tap);
              states.put(sequence, hidden);
            }
          });
      run.advance("measuring " + block.name(), PIECES);
    }
    return norms.each();
  }
}
