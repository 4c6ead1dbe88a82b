package io.github.owlprune.models;

import io.github.owlprune.Progress;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.model.Tap;
import io.github.owlprune.model.Workers;
import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import io.github.owlprune.models.decoder.Decoder;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.Head;
import io.github.owlprune.models.family.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A causal language model in a Hugging Face folder ({@code config.json}, {@code model.safetensors}
 * or shards with their index, tokenizer). Weights are read block by block when they are needed, and
 * the folder is never changed: pruned blocks go to a working folder, and {@link #save} makes a
 * folder of the same form.
 *
 * <p>Not thread-safe. A model stays pruned until it is opened again.
 */
public final class CausalLm implements LossModel, ResumableModel, AutoCloseable {
  /** Hidden states of this many bytes are evaluated together. */
  private static final long EVALUATION_BYTES = 128L << 20;

  private enum State {
    DENSE,
    PRUNED,
    ABANDONED,
    CLOSED
  }

  private final Checkpoint checkpoint;
  private final WorkingCopy files;
  private final Decoder decoder;
  private final Map<String, String> provenance = new LinkedHashMap<>();
  private @Nullable FolderTokenizer tokenizer;
  private State state = State.DENSE;

  private CausalLm(Checkpoint checkpoint, WorkingCopy files, DecoderRecipe recipe) {
    this.checkpoint = checkpoint;
    this.files = files;
    this.decoder = new Decoder(recipe, files);
  }

  /**
   * Opens a model; pruned blocks go to a temporary folder.
   *
   * @param folder a Hugging Face folder
   * @return to be closed
   * @throws IOException if the folder is incomplete, a file is corrupt, or the model's family or a
   *     setting is unknown; the message names it
   */
  public static CausalLm open(Path folder) throws IOException {
    return opened(folder, null);
  }

  /**
   * Opens a model.
   *
   * @param folder a Hugging Face folder
   * @param workingFolder takes pruned blocks, and what a run must know to go on if it is cut off;
   *     must not exist, be empty, or be left over from such a run, which the same run then goes on
   *     with. Best on the disk that the result will be saved to, where saving is then a rename
   * @return to be closed
   * @throws IOException if the folder is incomplete, a file is corrupt, or the model's family or a
   *     setting is unknown; the message names it
   */
  public static CausalLm open(Path folder, Path workingFolder) throws IOException {
    return opened(folder, workingFolder);
  }

  private static CausalLm opened(Path folder, @Nullable Path workingFolder) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      DecoderRecipe recipe = Family.recipe(checkpoint);
      recipe.requireIn(checkpoint);
      return new CausalLm(checkpoint, new WorkingCopy(checkpoint, workingFolder), recipe);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * The model's tokenizer.
   *
   * @return closed with the model
   * @throws IOException if the folder has none or it cannot be read
   */
  public FolderTokenizer tokenizer() throws IOException {
    if (tokenizer == null) {
      tokenizer = FolderTokenizer.open(checkpoint.folder());
    }
    return tokenizer;
  }

  /**
   * The longest sequence the model takes.
   *
   * @return tokens
   */
  public int context() {
    return decoder.recipe().context();
  }

  /**
   * The number of token ids.
   *
   * @return ids run from 0 to this, exclusive
   */
  public int vocabulary() {
    return decoder.recipe().vocabulary();
  }

  /**
   * The family, as {@code config.json} names it.
   *
   * @return such as {@code llama}
   */
  public String modelType() {
    return checkpoint.config().path("model_type").asText();
  }

  /**
   * The number of parameters in the folder; tied ones count once.
   *
   * @return the elements of all tensors
   */
  public long parameters() {
    return checkpoint.parameters();
  }

  /**
   * The size of all tensors in the folder, and so of a pruned copy.
   *
   * @return bytes
   */
  public long bytes() {
    return checkpoint.bytes();
  }

  /**
   * What a forward pass through all blocks costs.
   *
   * @param tokens the length of one sequence, at least 1
   * @return multiply-adds
   */
  public double multiplyAdds(int tokens) {
    return decoder.multiplyAdds(tokens);
  }

  /**
   * What one open block and the buffers of a forward pass take, hidden states aside.
   *
   * @param tokens the length of the longest sequence, at least 1
   * @param threads the number of threads
   * @return bytes
   */
  public long bytesOfOneBlock(int tokens, int threads) {
    return decoder.bytesOfOneBlock(tokens, threads);
  }

  @Override
  public int width() {
    return decoder.recipe().width();
  }

  @Override
  public List<Block> blocks() {
    return decoder.blocks();
  }

  @Override
  public void check(int[] sequence) {
    requireUsable();
    if (sequence.length == 0) {
      throw new IllegalArgumentException("an empty sequence was given; at least 1 token is needed");
    }
    if (sequence.length > context()) {
      throw new IllegalArgumentException(
          "a sequence of "
              + sequence.length
              + " tokens was given, but the model's context is "
              + context()
              + "; use shorter sequences");
    }
    for (int t = 0; t < sequence.length; t++) {
      if (sequence[t] < 0 || sequence[t] >= vocabulary()) {
        throw new IllegalArgumentException(
            "token "
                + t
                + " has the id "
                + sequence[t]
                + ", but the model's ids run from 0 to "
                + (vocabulary() - 1)
                + "; were the ids made by another tokenizer?");
      }
    }
  }

  @Override
  public void embed(int[] sequence, float[] hidden) {
    requireUsable();
    decoder.embed(sequence, hidden);
  }

  @Override
  public void checkPrunable() {
    requireUsable();
    if (state == State.PRUNED) {
      throw new IllegalStateException("the model is pruned already; open it again to start afresh");
    }
  }

  @Override
  public void endPruning(String planJson, String reportJson) {
    provenance.put("owl-plan.json", planJson);
    provenance.put("owl-report.json", reportJson);
    state = State.PRUNED;
  }

  @Override
  public Optional<Path> journal() {
    return files.journal();
  }

  @Override
  public Map<String, String> origin() {
    return checkpoint.origin();
  }

  @Override
  public void resume(List<String> saved) {
    try {
      files.resume(decoder.tensorsOf(saved));
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void abandon() {
    if (state != State.CLOSED) {
      state = State.ABANDONED;
    }
  }

  /**
   * Measures perplexity on all processors.
   *
   * @param windows token ids, at least two a window
   * @return the perplexity over all windows
   * @throws IllegalArgumentException if there is no window, or one is not for this model
   * @throws ArithmeticException if a logit is NaN or infinite
   */
  public Perplexity perplexity(List<int[]> windows) {
    return perplexity(windows, Runtime.getRuntime().availableProcessors(), Progress.NONE);
  }

  /**
   * Measures perplexity. A few windows at a time go through all blocks together, so that each block
   * is read once for them.
   *
   * @param windows token ids, at least two a window
   * @param threads at least 1
   * @param progress is told how far it has come
   * @return the perplexity over all windows
   * @throws IllegalArgumentException if there is no window, or one is not for this model
   * @throws ArithmeticException if a logit is NaN or infinite
   * @throws CancellationException if the thread is interrupted; the model must be opened again
   */
  public Perplexity perplexity(List<int[]> windows, int threads, Progress progress) {
    requireWindows(windows);
    Perplexity.Sum sum = new Perplexity.Sum();
    long total = (long) windows.size() * (blocks().size() + 1);
    long done = 0;
    try (Workers workers = Workers.open(threads);
        Head head = decoder.head(workers)) {
      int from = 0;
      while (from < windows.size()) {
        List<int[]> together = windows.subList(from, batchEnd(windows, from));
        List<float[]> hidden = new ArrayList<>();
        for (int[] window : together) {
          float[] states = new float[Math.multiplyExact(window.length, width())];
          decoder.embed(window, states);
          hidden.add(states);
        }
        for (Block block : blocks()) {
          forward(block, hidden, workers);
          done += together.size();
          progress.update("evaluating", done, total);
        }
        for (double[] losses : head.losses(hidden, together)) {
          sum.add(losses);
        }
        done += together.size();
        progress.update("evaluating", done, total);
        from += together.size();
      }
      return sum.result();
    } catch (CancellationException e) {
      abandon();
      throw e;
    }
  }

  @Override
  public OpenLoss openLoss(Workers workers) {
    requireUsable();
    Head head = decoder.head(workers);
    return new OpenLoss() {
      @Override
      public double mean(int[] sequence, float[] hidden) {
        double[] losses = head.losses(List.of(hidden), List.of(sequence))[0];
        return Arrays.stream(losses).sum() / losses.length;
      }

      @Override
      public void close() {
        head.close();
      }
    };
  }

  private void requireWindows(List<int[]> windows) {
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("no window was given; at least one is needed");
    }
    for (int[] window : windows) {
      check(window);
      if (window.length < 2) {
        throw new IllegalArgumentException(
            "a window of 1 token predicts nothing; at least 2 are needed");
      }
    }
  }

  private int batchEnd(List<int[]> windows, int from) {
    long bytes = 0;
    int end = from;
    while (end < windows.size()) {
      bytes += (long) windows.get(end).length * width() * Float.BYTES;
      if (bytes > EVALUATION_BYTES && end > from) {
        break;
      }
      end++;
    }
    return end;
  }

  /**
   * The logits of one sequence. They take {@code tokens · vocabulary · 4} bytes.
   *
   * @param sequence token ids
   * @return {@code [tokens][vocabulary]}
   * @throws IllegalArgumentException if the sequence is not for this model
   */
  public float[][] logits(int[] sequence) {
    check(sequence);
    try (Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
        Head head = decoder.head(workers)) {
      float[] hidden = new float[Math.multiplyExact(sequence.length, width())];
      decoder.embed(sequence, hidden);
      for (Block block : blocks()) {
        forward(block, List.of(hidden), workers);
      }
      return head.logits(hidden);
    }
  }

  private static void forward(Block block, List<float[]> hidden, Workers workers) {
    try (OpenBlock open = block.open(workers)) {
      for (float[] states : hidden) {
        open.forward(states, Tap.NONE);
      }
    }
  }

  /**
   * Writes the model as it is now: the same tensors under the same names and types in the same
   * files, and every other file of its folder; after pruning also {@code owl-plan.json} and {@code
   * owl-report.json}. The folder appears at once, complete.
   *
   * @param folder must not exist; its parent must
   * @throws IOException if it exists or cannot be written; then nothing is left under its name
   * @throws IllegalStateException if the model was given up or closed
   */
  public void save(Path folder) throws IOException {
    requireUsable();
    files.save(folder, provenance);
  }

  /**
   * Refuses a folder that {@link #save} could not make, before any work is done.
   *
   * @param folder must not exist; its parent must, and be writable
   * @throws IOException saying what is in the way
   */
  public static void requireSavable(Path folder) throws IOException {
    WorkingCopy.requireFree(folder);
  }

  private void requireUsable() {
    if (state == State.CLOSED || state == State.ABANDONED) {
      throw new IllegalStateException(
          state == State.CLOSED
              ? "the model is closed; open it again"
              : "pruning was given up half-way; open the model again");
    }
  }

  /**
   * Releases files and buffers. What was pruned and not saved is dropped, but for a run that was
   * cut off and can be gone on with in the working folder that the model was opened with.
   */
  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    decoder.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
    files.close();
    checkpoint.close();
  }
}
