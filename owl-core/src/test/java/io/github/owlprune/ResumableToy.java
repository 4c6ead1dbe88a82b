package io.github.owlprune;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.model.Tap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A toy model, created anew in every process, whose saved blocks outlive it. */
public final class ResumableToy implements ResumableModel {
  private final ToyModel toy;
  private final Path journal;
  private final Map<String, Map<String, float[][]>> disk;
  public final List<String> saves = new ArrayList<>();
  public String origin = "toy";

  public ResumableToy(int blocks, Path journal, Map<String, Map<String, float[][]>> disk) {
    this.toy = new ToyModel(blocks, 3);
    this.journal = journal;
    this.disk = disk;
  }

  public List<ToyModel.ToyBlock> toyBlocks() {
    return toy.blocks();
  }

  @Override
  public Optional<Path> journal() {
    return Optional.of(journal);
  }

  @Override
  public Map<String, String> origin() {
    return Map.of("weights", origin);
  }

  @Override
  public void resume(List<String> saved) {
    for (ToyModel.ToyBlock block : toy.blocks()) {
      if (saved.contains(block.name())) {
        block.weights.putAll(copy(Objects.requireNonNull(disk.get(block.name()))));
      }
    }
  }

  private static Map<String, float[][]> copy(Map<String, float[][]> weights) {
    Map<String, float[][]> copy = new HashMap<>();
    weights.forEach(
        (name, w) -> copy.put(name, Arrays.stream(w).map(float[]::clone).toArray(float[][]::new)));
    return copy;
  }

  @Override
  public int width() {
    return toy.width();
  }

  @Override
  public List<? extends Block> blocks() {
    return toy.blocks().stream().map(Kept::new).toList();
  }

  @Override
  public void check(int[] sequence) {}

  @Override
  public void embed(int[] sequence, float[] hidden) {
    toy.embed(sequence, hidden);
  }

  private record Opened(ResumableToy model, ToyModel.ToyBlock block, OpenBlock open)
      implements OpenBlock {
    @Override
    public INDArray weight(Linear linear) {
      return open.weight(linear);
    }

    @Override
    public void forward(float[] hidden, Tap tap) {
      open.forward(hidden, tap);
    }

    @Override
    public void save() {
      open.save();
      model.saves.add(block.name());
      model.disk.put(block.name(), copy(block.weights));
    }

    @Override
    public void close() {
      open.close();
    }
  }

  private final class Kept implements Block {
    private final ToyModel.ToyBlock block;

    Kept(ToyModel.ToyBlock block) {
      this.block = block;
    }

    @Override
    public String name() {
      return block.name();
    }

    @Override
    public List<Linear> linears() {
      return block.linears();
    }

    @Override
    public OpenBlock open(Workers workers) {
      return new Opened(ResumableToy.this, block, block.open(workers));
    }
  }
}
