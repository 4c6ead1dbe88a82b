package io.github.owlprune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Model;
import io.github.owlprune.pruning.Sparsity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which sparsity each linear gets, and how that was decided. A value: print it, save it as JSON,
 * load it, apply it with any pruner to any model of the same shapes.
 *
 * @param version the JSON format, {@link #VERSION}
 * @param allocator the allocator's name
 * @param mapping how raw sparsities became these
 * @param granularity what got a sparsity of its own
 * @param sparsity S, the share of zeros asked for over all linears named here
 * @param lambda λ
 * @param measurement what was measured to decide it
 * @param outlierThreshold M
 * @param linears the glob that chose the linears
 * @param blocks the blocks that lose weights, in the model's order
 */
public record Plan(
    int version,
    String allocator,
    Mapping mapping,
    Granularity granularity,
    double sparsity,
    double lambda,
    Measurement measurement,
    double outlierThreshold,
    String linears,
    List<PlannedBlock> blocks) {
  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  /**
   * Copies the list.
   *
   * @param version the JSON format, {@link #VERSION}
   * @param allocator the allocator's name
   * @param mapping how raw sparsities became these
   * @param granularity what got a sparsity of its own
   * @param sparsity S, the share of zeros asked for over all linears named here
   * @param lambda λ
   * @param measurement what was measured to decide it
   * @param outlierThreshold M
   * @param linears the glob that chose the linears
   * @param blocks the blocks that lose weights, in the model's order
   */
  public Plan {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one block");
    }
  }

  /**
   * A block's part of the plan.
   *
   * @param name the block's name
   * @param measured what was measured, {@link Measurement#title}; null if nothing was
   * @param linears its linears, at least one
   */
  public record PlannedBlock(String name, @Nullable Double measured, List<PlannedLinear> linears) {
    /**
     * Copies the list.
     *
     * @param name the block's name
     * @param measured what was measured, {@link Measurement#title}; null if nothing was
     * @param linears its linears, at least one
     */
    public PlannedBlock {
      linears = List.copyOf(linears);
    }

    /**
     * How many weights the plan covers here.
     *
     * @return the sum over the linears
     */
    @JsonIgnore
    public long weights() {
      return linears.stream().mapToLong(PlannedLinear::weights).sum();
    }

    /**
     * The share of zeros asked for.
     *
     * @return the weighted mean over the linears
     */
    @JsonIgnore
    public double zeros() {
      return linears.stream().mapToDouble(l -> l.sparsity().zeros() * l.weights()).sum()
          / weights();
    }
  }

  /**
   * A linear's part of the plan.
   *
   * @param name the linear's name within its block
   * @param outputs rows of its weight
   * @param inputs columns of its weight
   * @param measured what was measured of it alone, null if nothing was
   * @param sparsity what it shall lose
   */
  public record PlannedLinear(
      String name, int outputs, int inputs, @Nullable Double measured, Sparsity sparsity) {
    /**
     * The number of weights.
     *
     * @return {@code outputs · inputs}
     */
    @JsonIgnore
    public long weights() {
      return (long) outputs * inputs;
    }
  }

  /** The number of the model's last block that loses weights. */
  int lastBlock(Model model) {
    List<String> names = model.blocks().stream().map(Block::name).toList();
    return blocks.stream().mapToInt(b -> names.indexOf(b.name())).max().orElseThrow();
  }

  Map<String, PlannedBlock> blocksByName() {
    return blocks.stream().collect(Collectors.toMap(PlannedBlock::name, Function.identity()));
  }

  /**
   * The plan as JSON.
   *
   * @return to be read by {@link #fromJson}
   */
  public String toJson() {
    return Json.write(this);
  }

  /**
   * Reads a plan.
   *
   * @param json what {@link #toJson} wrote
   * @return the equal plan
   * @throws IllegalArgumentException if it is not a plan of this version, saying what is wrong
   */
  public static Plan fromJson(String json) {
    return Json.read(json, Plan.class, VERSION);
  }

  /**
   * The plan as a recipe of llm-compressor (vllm-project/llm-compressor), whose Wanda or SparseGPT
   * then prunes to these sparsities; as YAML that is JSON as well, so the file may be named either
   * way.
   *
   * <p>Linears of one sparsity or pattern make one modifier, with their full names as targets;
   * those that lose nothing are left out. There the mask structure says how many of a window
   * <em>go</em>: {@code 2:8} here, two kept, is {@code 6:8} there. By default a recipe's modifiers
   * run one after the other, each over the whole model; with {@code oneshot(…,
   * pipeline="sequential")} they run together, block by block, as here.
   *
   * @param modifier what prunes
   * @return for {@code oneshot(recipe=…)}, to be saved as {@code .yaml}
   */
  public String toLlmCompressorRecipe(LlmCompressorModifier modifier) {
    return new LlmCompressorRecipe(this, modifier).write();
  }

  /**
   * A table: block, what was measured, sparsity.
   *
   * @return lines of text
   */
  @Override
  public String toString() {
    Table table = new Table("block", measurement.title(), "sparsity");
    for (PlannedBlock b : blocks) {
      table.row(b.name(), Table.measured(b.measured()), Table.share(b.zeros()));
    }
    return String.format(
            Locale.ROOT,
            "%s, S = %s, lambda = %s, M = %s, %s mapping, per %s%n",
            allocator,
            sparsity,
            lambda,
            outlierThreshold,
            mapping.name().toLowerCase(Locale.ROOT),
            granularity.name().toLowerCase(Locale.ROOT))
        + table;
  }
}
