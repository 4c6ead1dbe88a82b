package io.github.owlprune.testkit;

import io.github.owlprune.model.LossModel;

/** The network that the contracts run on keeps the contract of a model. */
class SmallNetworkTest implements LossModelContract {
  @Override
  public LossModel model() {
    return new SmallNetwork(3, 1);
  }

  @Override
  public int[] sequence() {
    return new int[] {3, 1, 4, 1, 5, 9};
  }
}
