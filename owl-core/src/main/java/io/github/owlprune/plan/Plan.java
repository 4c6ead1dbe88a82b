package io.github.owlprune.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.format.Json;
import io.github.owlprune.format.Table;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sparsity of every linear, and how it was decided. A value: print it, save it as JSON, load
 * it, and use it with any strategy on any model of the same names and shapes.
 *
 * @param version the JSON format, {@link #VERSION}
 * @param allocator the allocator's name
 * @param mapping the mapping from raw sparsities to these
 * @param granularity the unit that got a sparsity of its own
 * @param sparsity S, the requested share of zeros over all linears of the plan
 * @param lambda λ, at least 0
 * @param measurement the name of the measurement it was decided by
 * @param outlierThreshold M, above 0
 * @param linears the glob that selected the linears
 * @param blocks the blocks that have selected linears, in the model's order
 */
public record Plan(
    int version,
    String allocator,
    Mapping mapping,
    Granularity granularity,
    double sparsity,
    double lambda,
    String measurement,
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
   * @param mapping the mapping from raw sparsities to these
   * @param granularity the unit that got a sparsity of its own
   * @param sparsity S, the requested share of zeros over all linears of the plan
   * @param lambda λ, at least 0
   * @param measurement the name of the measurement it was decided by
   * @param outlierThreshold M, above 0
   * @param linears the glob that selected the linears
   * @param blocks the blocks that have selected linears, in the model's order
   * @throws IllegalArgumentException if there is no block, or two of one name, or S, λ or M is out
   *     of its range
   */
  public Plan {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one block");
    }
    requireDistinct("block", blocks.stream().map(PlannedBlock::name).toList());
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "a sparsity of " + sparsity + " was given; it must be at least 0 and below 1");
    }
    if (!(lambda >= 0 && Double.isFinite(lambda))) {
      throw new IllegalArgumentException(
          "a lambda of " + lambda + " was given; it must be a number of at least 0");
    }
    if (!(outlierThreshold > 0 && Double.isFinite(outlierThreshold))) {
      throw new IllegalArgumentException(
          "an outlierThreshold of " + outlierThreshold + " was given; it must be above 0");
    }
  }

  private static void requireDistinct(String kind, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("it names the " + kind + " " + name + " twice");
      }
    }
  }

  /**
   * A block's part of the plan.
   *
   * @param name the block's name
   * @param measured the measured number; null if nothing was measured
   * @param linears its linears, at least one
   */
  public record PlannedBlock(String name, @Nullable Double measured, List<PlannedLinear> linears) {
    /**
     * Copies the list.
     *
     * @param name the block's name
     * @param measured the measured number; null if nothing was measured
     * @param linears its linears, at least one
     * @throws IllegalArgumentException if there is no linear, or two of one name
     */
    public PlannedBlock {
      linears = List.copyOf(linears);
      if (linears.isEmpty()) {
        throw new IllegalArgumentException(
            "the block " + name + " has no linear; leave it out of the plan");
      }
      requireDistinct("linear", linears.stream().map(PlannedLinear::name).toList());
    }

    /**
     * Returns the number of weights that the plan covers in this block.
     *
     * @return the sum over the linears
     */
    @JsonIgnore
    public long weights() {
      return linears.stream().mapToLong(PlannedLinear::weights).sum();
    }

    /**
     * Returns the requested share of zeros.
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
   * @param measured its own measured number; null if nothing was measured
   * @param sparsity the target of the linear
   */
  public record PlannedLinear(
      String name, int outputs, int inputs, @Nullable Double measured, Sparsity sparsity) {
    /**
     * Checks the shape.
     *
     * @param name the linear's name within its block
     * @param outputs rows of its weight
     * @param inputs columns of its weight
     * @param measured its own measured number; null if nothing was measured
     * @param sparsity the target of the linear
     * @throws IllegalArgumentException if the shape is empty
     */
    public PlannedLinear {
      if (outputs < 1 || inputs < 1) {
        throw new IllegalArgumentException(
            "the shape ["
                + outputs
                + ", "
                + inputs
                + "] was given; outputs and inputs must be at least 1");
      }
    }

    /**
     * Returns the number of weights.
     *
     * @return {@code outputs · inputs}
     */
    @JsonIgnore
    public long weights() {
      return (long) outputs * inputs;
    }
  }

  /**
   * Returns the part of the plan for a block.
   *
   * @param block the block's name
   * @return the part; empty if the block has no selected linears
   */
  public Optional<PlannedBlock> block(String block) {
    return blocks.stream().filter(b -> b.name().equals(block)).findFirst();
  }

  /**
   * Returns the sparsities by linear.
   *
   * @return every linear of the plan, in the model's order
   */
  public Map<LinearRef, Sparsity> sparsities() {
    Map<LinearRef, Sparsity> sparsities = new LinkedHashMap<>();
    for (PlannedBlock block : blocks) {
      for (PlannedLinear linear : block.linears()) {
        sparsities.put(new LinearRef(block.name(), linear.name()), linear.sparsity());
      }
    }
    return sparsities;
  }

  /**
   * Returns the index in a model of the plan's last block.
   *
   * @param model a model that the plan fits
   * @return the index, from 0
   */
  public int lastBlock(Model model) {
    List<String> names = model.blocks().stream().map(Block::name).toList();
    return blocks.stream().mapToInt(b -> names.indexOf(b.name())).max().orElseThrow();
  }

  /**
   * Returns the heading for the measured numbers.
   *
   * @return the measurement's title; its name if it is a user's own
   */
  @JsonIgnore
  public String measurementTitle() {
    return Measurement.all().stream()
        .filter(m -> m.name().equals(measurement))
        .findFirst()
        .map(Measurement::title)
        .orElse(measurement);
  }

  /**
   * Returns the plan as JSON.
   *
   * @return a text that {@link #fromJson} reads
   */
  public String toJson() {
    return Json.write(this);
  }

  /**
   * Reads a plan.
   *
   * @param json the text that {@link #toJson} returned
   * @return the equal plan
   * @throws IllegalArgumentException if it is not a plan of this version, saying what is wrong
   */
  public static Plan fromJson(String json) {
    return Json.read(json, Plan.class, VERSION);
  }

  /**
   * Reads a plan from a file.
   *
   * @param file a file of the text that {@link #toJson} returned, as it was or edited
   * @return the plan
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it does not hold a plan of this version, naming the file,
   *     and saying where and what is wrong
   */
  public static Plan read(Path file) throws IOException {
    return Json.read(file, Plan.class, VERSION);
  }

  /**
   * Returns the plan as a recipe of llm-compressor (vllm-project/llm-compressor), whose Wanda or
   * SparseGPT then prunes to these sparsities. It is YAML that is also JSON, so the file may have
   * either extension.
   *
   * <p>Linears of one sparsity or pattern form one modifier, with their full names as targets;
   * those that lose nothing are left out. There the mask structure says how many weights of a
   * window are <em>removed</em>: {@code 2:8} here, two kept, is {@code 6:8} there. By default the
   * modifiers of a recipe run one after another, each over the whole model; with {@code oneshot(…,
   * pipeline="sequential")} they run together, block by block, as here.
   *
   * @param modifier the strategy that prunes
   * @return the text for {@code oneshot(recipe=…)}, to be saved as {@code .yaml}
   */
  public String toLlmCompressorRecipe(LlmCompressorModifier modifier) {
    return new LlmCompressorRecipe(this, modifier).write();
  }

  /**
   * Returns a table: block, measured number, sparsity.
   *
   * @return lines of text
   */
  @Override
  public String toString() {
    Table table = new Table("block", measurementTitle(), "sparsity");
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
