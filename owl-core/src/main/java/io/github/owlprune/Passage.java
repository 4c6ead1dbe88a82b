package io.github.owlprune;

import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;

/**
 * The way of all calibration sequences through one open block that is being pruned: watched before,
 * forward after.
 *
 * @param stage what the run's clock calls it
 * @param doing what the run's progress calls it
 */
record Passage(Run run, HiddenStates states, String stage, String doing) {
  private static final int OBSERVE_PIECES = 3;
  private static final int FORWARD_PIECES = 4;

  /** How much progress one block tells. */
  static long pieces(Run run) {
    return (long) run.sequences().size() * (OBSERVE_PIECES + FORWARD_PIECES);
  }

  /** Shows the tap the inputs of the block's linears. */
  void observe(OpenBlock open, Tap tap) {
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      run.timed(stage + ": observe", () -> open.observe(states.get(sequence), tap));
      run.advance(doing, OBSERVE_PIECES);
    }
  }

  /** Both in one: the next block's inputs are what leaves this one as it is now. */
  void observeAndForward(OpenBlock open, Tap tap, boolean last) {
    if (last) {
      observe(open, tap);
      run.advance(doing, (long) FORWARD_PIECES * states.sequences());
      return;
    }
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      run.timed(
          stage + ": observe",
          () -> {
            float[] hidden = states.get(sequence);
            open.forward(hidden, tap);
            states.put(sequence, hidden);
          });
      run.advance(doing, OBSERVE_PIECES + FORWARD_PIECES);
    }
  }

  /** Gives the next block its inputs; after the last block nobody needs them. */
  void forward(OpenBlock open, boolean last) {
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      if (!last) {
        run.timed(
            stage + ": forward",
            () -> {
              float[] hidden = states.get(sequence);
              open.forward(hidden, Tap.NONE);
              states.put(sequence, hidden);
            });
      }
      run.advance(doing, FORWARD_PIECES);
    }
  }
}
