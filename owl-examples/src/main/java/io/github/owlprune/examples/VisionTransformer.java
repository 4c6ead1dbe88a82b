package io.github.owlprune.examples;

import static io.github.owlprune.compress.Refit.refit;
import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A vision transformer (arXiv 2010.11929) with random weights, as an example of a network that is
 * not a language model. Equations 1 to 4 are the paper's:
 *
 * <pre>{@code
 * z₀  = [class; x₁E; … x₁₆E] + positions     (1)  embed
 * z'ₗ = MSA(LN(zₗ₋₁)) + zₗ₋₁                 (2)  OpenEncoder.forward
 * zₗ  = MLP(LN(z'ₗ)) + z'ₗ                   (3)  OpenEncoder.forward
 * y   = LN(z_L⁰)                             (4)  logits
 * }</pre>
 *
 * <p>A sequence is one image: the class token, then its 16 patches. A token id says which image and
 * which position: {@code image · 17 + position}.
 */
public final class VisionTransformer implements LossModel, AutoCloseable {
  static final int SIDE = 32; // an image is [32, 32] gray values
  static final int PATCH = 8; // a patch is [8, 8] of them
  static final int PATCHES = (SIDE / PATCH) * (SIDE / PATCH);
  static final int TOKENS = 1 + PATCHES;
  static final int WIDTH = 64;
  static final int HEADS = 4;
  static final int HEAD = WIDTH / HEADS;
  static final int INNER = 4 * WIDTH;
  static final int DEPTH = 6;
  static final int CLASSES = 10;

  // The linears of an encoder block. Query, key and value read the same input.
  static final Linear QUERY = new Linear("attention.query", WIDTH, WIDTH, "attention.in");
  static final Linear KEY = new Linear("attention.key", WIDTH, WIDTH, "attention.in");
  static final Linear VALUE = new Linear("attention.value", WIDTH, WIDTH, "attention.in");
  static final Linear OUT = new Linear("attention.out", WIDTH, WIDTH, "attention.heads");
  static final Linear UP = new Linear("mlp.up", INNER, WIDTH, "mlp.in");
  static final Linear DOWN = new Linear("mlp.down", WIDTH, INNER, "mlp.inner");
  static final List<Linear> LINEARS = List.of(QUERY, KEY, VALUE, OUT, UP, DOWN);

  final float[][] images; // [images][32 · 32]
  final INDArray projection; // E: [width, 8 · 8]
  final INDArray classToken; // [1, width]
  final INDArray positions; // [tokens, width]
  final List<Encoder> encoders = new ArrayList<>();
  final LayerNorm norm;
  final INDArray classifier; // [classes, width]
  private final long seed;

  /**
   * Creates a network; the earlier a block, the more outliers its weights have.
   *
   * @param images the images that token ids refer to, {@code [images][32 · 32]}, from −1 to 1
   * @param seed equal seeds yield equal weights
   */
  public VisionTransformer(float[][] images, long seed) {
    Random random = new Random(seed);
    this.images = images;
    this.seed = seed;
    this.projection = gaussian(WIDTH, PATCH * PATCH, 1.0 / PATCH, random);
    this.classToken = gaussian(1, WIDTH, 1, random);
    this.positions = gaussian(TOKENS, WIDTH, 0.5, random);
    for (int block = 0; block < DEPTH; block++) {
      encoders.add(new Encoder("encoder." + block, DEPTH - block, random));
    }
    this.norm = new LayerNorm(random);
    this.classifier = gaussian(CLASSES, WIDTH, 1 / Math.sqrt(WIDTH), random);
  }

  private static INDArray gaussian(int rows, int columns, double deviation, Random random) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Nd4j.create(values, new long[] {rows, columns}, 'c');
  }

  /** Returns the token ids of some images, one sequence for each. */
  static List<int[]> sequences(int firstImage, int lastExclusive) {
    return IntStream.range(firstImage, lastExclusive)
        .mapToObj(image -> IntStream.range(image * TOKENS, (image + 1) * TOKENS).toArray())
        .toList();
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public List<Encoder> blocks() {
    return encoders;
  }

  @Override
  public void check(int[] sequence) {
    int image = sequence[0] / TOKENS;
    if (image >= images.length || !Arrays.equals(sequence, sequences(image, image + 1).get(0))) {
      throw new IllegalArgumentException(
          "a sequence starts with the id "
              + sequence[0]
              + " and has "
              + sequence.length
              + "; it must have the "
              + TOKENS
              + " ids of one of "
              + images.length
              + " images in order");
    }
  }

  /** Computes equation 1. */
  @Override
  public void embed(int[] sequence, float[] hidden) {
    float[] image = images[sequence[0] / TOKENS];
    try (INDArray x = Nd4j.create(patches(image), new long[] {PATCHES, PATCH * PATCH}, 'c');
        INDArray projected = Nd4j.matmul(x, projection, false, true, false); // [patches, width]
        INDArray z = Nd4j.concat(0, classToken, projected)) { // [tokens, width]
      z.addi(positions).data().asNioFloat().get(hidden);
    }
  }

  /** Cuts an image into patches, {@code [patches, 8 · 8]}. */
  private static float[] patches(float[] image) {
    float[] patches = new float[SIDE * SIDE];
    for (int i = 0; i < patches.length; i++) {
      int patch = i / (PATCH * PATCH);
      int y = patch / (SIDE / PATCH) * PATCH + i / PATCH % PATCH;
      int x = patch % (SIDE / PATCH) * PATCH + i % PATCH;
      patches[i] = image[y * SIDE + x];
    }
    return patches;
  }

  /** An encoder block. Its weights change only when an open copy of them is saved. */
  static final class Encoder implements Block {
    private final String name;
    final Map<Linear, INDArray> weights = new HashMap<>(); // [outputs, inputs]
    final Map<Linear, INDArray> biases = new HashMap<>(); // [1, outputs]
    final LayerNorm attentionNorm;
    final LayerNorm mlpNorm;

    Encoder(String name, int outliers, Random random) {
      this.name = name;
      this.attentionNorm = new LayerNorm(random);
      this.mlpNorm = new LayerNorm(random);
      for (Linear linear : LINEARS) {
        double deviation = 1 / Math.sqrt(linear.inputs());
        INDArray weight = gaussian(linear.outputs(), linear.inputs(), deviation, random);
        for (int i = 0; i < outliers; i++) {
          weight.getColumn(random.nextInt(linear.inputs())).muli(6);
        }
        weights.put(linear, weight);
        biases.put(linear, gaussian(1, linear.outputs(), 0.1, random));
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Linear> linears() {
      return LINEARS;
    }

    @Override
    public OpenBlock open(Workers workers) {
      return new OpenEncoder(this);
    }

    void close() {
      weights.values().forEach(INDArray::close);
      biases.values().forEach(INDArray::close);
      attentionNorm.close();
      mlpNorm.close();
    }
  }

  /** An encoder block with a copy of its weights to be read and changed. */
  private static final class OpenEncoder implements OpenBlock {
    private final Encoder encoder;
    private final Map<Linear, INDArray> weights = new HashMap<>();

    OpenEncoder(Encoder encoder) {
      this.encoder = encoder;
      encoder.weights.forEach((linear, weight) -> weights.put(linear, weight.dup()));
    }

    @Override
    public INDArray weight(Linear linear) {
      return find(weights, linear);
    }

    /** Computes equations 2 and 3. */
    @Override
    public void forward(float[] hidden, Tap tap) {
      int tokens = hidden.length / WIDTH;
      try (INDArray z = Nd4j.create(hidden, new long[] {tokens, WIDTH}, 'c')) {
        try (INDArray x = encoder.attentionNorm.of(z);
            INDArray change = attention(x, tap)) {
          z.addi(change);
        }
        try (INDArray x = encoder.mlpNorm.of(z);
            INDArray change = mlp(x, tap)) {
          z.addi(change);
        }
        z.data().asNioFloat().get(hidden);
      }
    }

    /**
     * Computes MSA of x {@code [tokens, width]}. Every token attends to every other: there is no
     * causal mask.
     */
    private INDArray attention(INDArray x, Tap tap) {
      tap.accept(QUERY.input(), x);
      long tokens = x.size(0);
      try (INDArray q = apply(QUERY, x); // [tokens, width], and so are k, v and the heads' outputs
          INDArray k = apply(KEY, x);
          INDArray v = apply(VALUE, x);
          INDArray a = uninitialized(HEADS, tokens, tokens);
          INDArray heads = uninitialized(tokens, WIDTH)) {
        Nd4j.matmul(byHead(q), byHead(k), a, false, true, false); // q kᵀ
        a.muli(1 / Math.sqrt(HEAD));
        Nd4j.exec(new SoftMax(a, a, 2)); // A = softmax(q kᵀ / √D_h)
        Nd4j.matmul(a, byHead(v), byHead(heads), false, false, false); // A v
        tap.accept(OUT.input(), heads);
        return apply(OUT, heads);
      }
    }

    /** Views {@code [tokens, width]} as {@code [heads, tokens, head]}. */
    private static INDArray byHead(INDArray x) {
      return x.reshape(x.size(0), HEADS, HEAD).permute(1, 0, 2);
    }

    /** Computes MLP of x {@code [tokens, width]}: two linears with a GELU between them. */
    private INDArray mlp(INDArray x, Tap tap) {
      tap.accept(UP.input(), x);
      try (INDArray inner = apply(UP, x)) { // [tokens, inner]
        gelu(inner);
        tap.accept(DOWN.input(), inner);
        return apply(DOWN, inner);
      }
    }

    /** Computes {@code GELU(x) = x · ½(1 + erf(x / √2))} in place. */
    private static void gelu(INDArray x) {
      try (INDArray phi = x.mul(Math.sqrt(0.5))) {
        Nd4j.exec(new Erf(phi, phi));
        x.muli(phi.addi(1).muli(0.5));
      }
    }

    /**
     * Computes {@code y = x Wᵀ + b}, from {@code [tokens, inputs]} to {@code [tokens, outputs]}.
     */
    private INDArray apply(Linear linear, INDArray x) {
      INDArray y = uninitialized(x.size(0), linear.outputs());
      Nd4j.matmul(x, weight(linear), y, false, true, false);
      return y.addiRowVector(find(encoder.biases, linear));
    }

    private INDArray find(Map<Linear, INDArray> parameters, Linear linear) {
      INDArray found = parameters.get(linear);
      if (found == null) {
        throw new IllegalArgumentException(encoder.name() + " has no linear " + linear.name());
      }
      return found;
    }

    private static INDArray uninitialized(long... shape) {
      return Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    }

    @Override
    public void save() {
      weights.forEach((linear, weight) -> find(encoder.weights, linear).assign(weight));
    }

    @Override
    public void close() {
      weights.values().forEach(INDArray::close);
    }
  }

  /** LN: a layer norm over the last axis. */
  static final class LayerNorm {
    static final double EPSILON = 1e-6;

    final INDArray gain; // [1, width], and so is the bias
    final INDArray bias;

    LayerNorm(Random random) {
      gain = gaussian(1, WIDTH, 0.1, random).addi(1);
      bias = gaussian(1, WIDTH, 0.1, random);
    }

    /**
     * Computes {@code (z − mean) / √(variance + ε) · gain + bias} in every row of z. ND4J's own
     * standardize would turn NaN into 0 and so hide it from the loss.
     */
    INDArray of(INDArray z) {
      try (INDArray mean = z.mean(1); // [tokens], and so is the variance
          INDArray variance = z.var(false, 1)) {
        INDArray deviation = Transforms.sqrt(variance.addi(EPSILON), false);
        INDArray y = z.subColumnVector(mean).diviColumnVector(deviation); // [tokens, width]
        return y.muliRowVector(gain).addiRowVector(bias);
      }
    }

    void close() {
      gain.close();
      bias.close();
    }
  }

  /** Returns the classifier's outputs for each sequence, {@code [sequences][classes]}. */
  float[][] logits(List<int[]> sequences) {
    float[][] hidden = new float[sequences.size()][TOKENS * WIDTH];
    for (int i = 0; i < hidden.length; i++) {
      embed(sequences.get(i), hidden[i]);
    }
    try (Workers workers = Workers.open(1)) {
      for (Encoder encoder : encoders) {
        try (OpenBlock open = encoder.open(workers)) {
          for (float[] states : hidden) {
            open.forward(states, Tap.NONE);
          }
        }
      }
    }
    return Arrays.stream(hidden).map(this::logits).toArray(float[][]::new);
  }

  /** Computes equation 4 and the classifier, {@code [classes]} from {@code [tokens, width]}. */
  private float[] logits(float[] hidden) {
    float[] first = Arrays.copyOf(hidden, WIDTH); // the class token
    try (INDArray z = Nd4j.create(first, new long[] {1, WIDTH}, 'c');
        INDArray y = norm.of(z);
        INDArray logits = Nd4j.matmul(y, classifier, false, true, false)) {
      return logits.toFloatVector();
    }
  }

  /**
   * Opens a loss: the cross-entropy of the class that the dense network sees in the image. With a
   * labelled data set, the second network would not be needed.
   */
  @Override
  public OpenLoss openLoss(Workers workers) {
    VisionTransformer dense = new VisionTransformer(images, seed);
    return new OpenLoss() {
      @Override
      public double mean(int[] sequence, float[] hidden) {
        int label = largest(dense.logits(List.of(sequence))[0]);
        return crossEntropy(logits(hidden), label);
      }

      @Override
      public void close() {
        dense.close();
      }
    };
  }

  /** Computes {@code −ln softmax(logits)[label]}. */
  private static double crossEntropy(float[] logits, int label) {
    float top = logits[largest(logits)]; // so that exp cannot overflow
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - top);
    }
    double loss = Math.log(sum) + top - logits[label];
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException("the classifier's outputs are NaN or infinite");
    }
    return loss;
  }

  private static int largest(float[] logits) {
    int largest = 0;
    for (int i = 1; i < logits.length; i++) {
      largest = logits[i] > logits[largest] ? i : largest;
    }
    return largest;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    encoders.forEach(Encoder::close);
    norm.close();
    List.of(projection, classToken, positions, classifier).forEach(INDArray::close);
  }

  /** Draws gradients, discs and stripes in turn, {@code [count][32 · 32]}. */
  static float[][] drawImages(int count, long seed) {
    Random random = new Random(seed);
    float[][] images = new float[count][SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      draw(i % 3, random, images[i]);
    }
    return images;
  }

  private static void draw(int kind, Random random, float[] image) {
    double angle = 2 * Math.PI * random.nextDouble();
    double size = 0.2 + 0.8 * random.nextDouble();
    for (int i = 0; i < image.length; i++) {
      int row = i / SIDE;
      double x = 2.0 * (i % SIDE) / SIDE - 1; // from -1 to 1, and so is y
      double y = 2.0 * row / SIDE - 1;
      double along = x * Math.cos(angle) + y * Math.sin(angle);
      double value =
          switch (kind) {
            case 0 -> size * along;
            case 1 -> Math.hypot(x - Math.cos(angle) / 2, y - Math.sin(angle) / 2) < size ? 1 : -1;
            default -> Math.sin(8 * along / size);
          };
      image[i] = (float) value;
    }
  }

  /**
   * Prunes half of the weights, and prints how far the outputs move on images that no strategy saw.
   *
   * @param args unused
   */
  public static void main(String[] args) {
    float[][] images = drawImages(36, 1);
    Calibration calibration = Calibration.ids(sequences(0, 24));
    List<int[]> others = sequences(24, 36);
    List<Plan> plans;
    float[][] dense;
    try (VisionTransformer model = new VisionTransformer(images, 2)) {
      Allocation half = Owl.allocate(model, calibration).withSparsity(0.5);
      plans = List.of(half.withAllocator(Allocator.uniform()).plan(), half.plan());
      dense = model.logits(others);
    }
    System.out.println(plans.get(1));
    System.out.println("allocation  strategy      zeros  output error  same class");
    for (Compressor strategy : List.of(wanda(), refit(wanda()))) {
      for (Plan plan : plans) {
        try (VisionTransformer model = new VisionTransformer(images, 2)) {
          Report report = Owl.follow(model, calibration, plan).prune(strategy);
          print(report, dense, model.logits(others));
        }
      }
    }
  }

  private static void print(Report report, float[][] dense, float[][] pruned) {
    System.out.printf(
        Locale.ROOT,
        "%-11s %-12s %6.4f  %12.4f  %7d/%d%n",
        report.plan().allocator(),
        report.pruner(),
        report.achieved(),
        relativeError(dense, pruned),
        IntStream.range(0, dense.length)
            .filter(i -> largest(dense[i]) == largest(pruned[i]))
            .count(),
        dense.length);
  }

  /** Computes {@code ‖dense − pruned‖ / ‖dense‖}. */
  private static double relativeError(float[][] dense, float[][] pruned) {
    double error = 0;
    double whole = 0;
    for (int i = 0; i < dense.length; i++) {
      for (int c = 0; c < CLASSES; c++) {
        error += Math.pow(dense[i][c] - pruned[i][c], 2);
        whole += Math.pow(dense[i][c], 2);
      }
    }
    return Math.sqrt(error / whole);
  }
}
