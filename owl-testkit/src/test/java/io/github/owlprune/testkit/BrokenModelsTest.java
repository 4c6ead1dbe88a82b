package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Replacement;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Models with one fault each fail the test of the contract that is about it. */
class BrokenModelsTest {
  private static final int[] SEQUENCE = {3, 1, 4, 1, 5, 9};

  /** A small network whose parts can be replaced by faulty ones. */
  static class Faulty implements LossModel {
    private final SmallNetwork network = new SmallNetwork(3, 1);
    private final Fault fault;

    Faulty() {
      this((open, workers) -> open);
    }

    Faulty(Fault fault) {
      this.fault = fault;
    }

    @Override
    public int width() {
      return network.width();
    }

    @Override
    public List<? extends Block> blocks() {
      List<Block> blocks = new ArrayList<>();
      network.blocks().forEach(block -> blocks.add(new FaultyBlock(block, this)));
      return blocks;
    }

    @Override
    public void check(int[] sequence) {
      network.check(sequence);
    }

    @Override
    public void embed(int[] sequence, float[] hidden) {
      network.embed(sequence, hidden);
    }

    @Override
    public OpenLoss openLoss(Workers workers) {
      return network.openLoss(workers);
    }

    String name(Block block) {
      return block.name();
    }

    Linear linear(Linear linear) {
      return linear;
    }
  }

  private record FaultyBlock(Block block, Faulty model) implements Block {
    @Override
    public String name() {
      return model.name(block);
    }

    @Override
    public List<Linear> linears() {
      return block.linears().stream().map(model::linear).toList();
    }

    @Override
    public OpenBlock open(Workers workers) {
      return model.fault.in(block.open(workers), workers);
    }
  }

  /** An open block that does what another does. */
  static class Delegate implements OpenBlock {
    final OpenBlock open;

    Delegate(OpenBlock open) {
      this.open = open;
    }

    @Override
    public INDArray weight(Linear linear) {
      return open.weight(linear);
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      open.forward(hidden, tap);
    }

    @Override
    public void observe(float[] hidden, Tap tap) {
      open.observe(hidden, tap);
    }

    @Override
    public void save() {
      open.save();
    }

    @Override
    public void close() {
      open.close();
    }
  }

  /** Makes an open block faulty. */
  private interface Fault {
    OpenBlock in(OpenBlock open, Workers workers);
  }

  private static Arguments fault(
      String fault, LossModel broken, ThrowingConsumer<LossModelContract> test, String message) {
    return argumentSet(fault, broken, test, message);
  }

  static Stream<Arguments> faults() {
    return Stream.concat(faultsOfShapes(), Stream.concat(faultsOfPasses(), faultsOfWeights()));
  }

  private static Stream<Arguments> faultsOfShapes() {
    return Stream.of(
        fault(
            "one name for all blocks",
            new Faulty() {
              @Override
              String name(Block block) {
                return "block";
              }
            },
            ModelContract::namesAreUnique,
            "two blocks are named block"),
        fault(
            "one name for all linears",
            new Faulty() {
              @Override
              Linear linear(Linear linear) {
                return new Linear("w", linear.outputs(), linear.inputs(), linear.input());
              }
            },
            ModelContract::namesAreUnique,
            "two linears are named w"),
        fault(
            "another order at every call",
            new Faulty() {
              private int calls;

              @Override
              public List<? extends Block> blocks() {
                List<Block> blocks = new ArrayList<>(super.blocks());
                Collections.rotate(blocks, calls++ % 2);
                return blocks;
              }
            },
            ModelContract::blocksStayTheSame,
            "the name of block 0"),
        fault(
            "an embedding without its last value",
            new Faulty() {
              @Override
              public void embed(int[] sequence, float[] hidden) {
                float last = hidden[hidden.length - 1];
                super.embed(sequence, hidden);
                hidden[hidden.length - 1] = last;
              }
            },
            ModelContract::embeddingIsComplete,
            "the embedded states hold NaN"),
        fault(
            "shapes the wrong way round",
            new Faulty() {
              @Override
              Linear linear(Linear linear) {
                return new Linear(linear.name(), linear.inputs(), linear.outputs(), linear.input());
              }
            },
            ModelContract::weightsHaveTheShapesOfTheirLinears,
            "block.0.up: rows"));
  }

  private static Stream<Arguments> faultsOfPasses() {
    return Stream.of(
        fault(
            "an input for every linear, not every distinct input",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void forward(float[] hidden, Tap tap) {
                        open.forward(hidden, twice(tap));
                      }
                    }),
            ModelContract::everyInputIsTappedOnce,
            "inputs of block.0"),
        fault(
            "an observation that advances the states",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void observe(float[] hidden, Tap tap) {
                        open.forward(hidden, tap);
                      }
                    }),
            ModelContract::observingEqualsForward,
            "observing changed the states in block.0"),
        fault(
            "an observation of other inputs",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void observe(float[] hidden, Tap tap) {
                        float[] others = hidden.clone();
                        others[0] += 1;
                        open.observe(others, tap);
                      }
                    }),
            ModelContract::observingEqualsForward,
            "the observed input x differs"),
        fault(
            "a forward pass that depends on the threads",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void forward(float[] hidden, Tap tap) {
                        open.forward(hidden, tap);
                        hidden[0] += workers.threads() * 1e-3f;
                      }
                    }),
            ModelContract::forwardIsReproducible,
            "3 threads in block.0"),
        fault(
            "a forward pass that remembers the last sequence",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      private int tokens;

                      @Override
                      public void forward(float[] hidden, Tap tap) {
                        open.forward(hidden, tap);
                        hidden[0] += tokens == 2 ? 1 : 0;
                        tokens = hidden.length / SmallNetwork.WIDTH;
                      }
                    }),
            ModelContract::forwardIsReproducible,
            "after another sequence"),
        fault(
            "a loss that overwrites the states",
            new Faulty() {
              @Override
              public OpenLoss openLoss(Workers workers) {
                return loss(super.openLoss(workers), true);
              }
            },
            LossModelContract::lossIsReproducible,
            "the states were changed"),
        fault(
            "a loss of NaN",
            new Faulty() {
              @Override
              public OpenLoss openLoss(Workers workers) {
                return loss(super.openLoss(workers), false);
              }
            },
            LossModelContract::lossOfNanIsRefused,
            "ArithmeticException to be thrown"));
  }

  private static Tap twice(Tap tap) {
    return (input, rows) -> {
      tap.accept(input, rows);
      tap.accept(input, rows);
    };
  }

  private static OpenLoss loss(OpenLoss open, boolean overwrites) {
    return new OpenLoss() {
      @Override
      public double mean(int[] sequence, float[] hidden) {
        try {
          double mean = open.mean(sequence, hidden);
          hidden[0] += overwrites ? 1 : 0;
          return mean;
        } catch (ArithmeticException e) {
          return Double.NaN;
        }
      }

      @Override
      public void close() {
        open.close();
      }
    };
  }

  private static Stream<Arguments> faultsOfWeights() {
    return Stream.of(
        fault(
            "a weight that is a copy",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public INDArray weight(Linear linear) {
                        return open.weight(linear).dup('c');
                      }
                    }),
            ModelContract::changedWeightChangesTheOutput,
            "block.0.up has no effect"),
        fault(
            "a block that saves when it is closed",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void close() {
                        open.save();
                        open.close();
                      }
                    }),
            ModelContract::unsavedChangesAreDropped,
            "block.0"),
        fault(
            "a block that never saves",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void save() {}
                    }),
            ModelContract::savedChangesAreKept,
            "block.0 computes something else when reopened"),
        fault(
            "a pruned model that never saves",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void save() {}
                    }),
            ModelContract::prunedModelHasTheZerosOfTheReport,
            "0 zeros in the saved model"),
        fault(
            "a replacement that is dropped",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public void replace(Linear linear, Replacement replacement) {}
                    }),
            ModelContract::replacementTakesThePlaceOfTheWeight,
            "block.0.up"),
        fault(
            "one weight for all names",
            new Faulty(
                (open, workers) ->
                    new Delegate(open) {
                      @Override
                      public INDArray weight(Linear linear) {
                        return open.weight(new Linear("up", 1, 1, "x"));
                      }
                    }),
            ModelContract::unknownLinearIsRefused,
            "RuntimeException to be thrown"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultIsFound(LossModel broken, ThrowingConsumer<LossModelContract> test, String message) {
    LossModelContract contract =
        new LossModelContract() {
          @Override
          public LossModel model() {
            return broken;
          }

          @Override
          public int[] sequence() {
            return SEQUENCE.clone();
          }
        };
    Throwable failure = assertThrows(Throwable.class, () -> test.accept(contract));
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
  }
}
