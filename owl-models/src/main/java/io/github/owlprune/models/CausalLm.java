package io.github.owlprune.models;

import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import io.github.owlprune.models.decoder.Decoder;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.family.CheckpointRecipe;
import io.github.owlprune.models.family.Family;
import io.github.owlprune.pipeline.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A causal language model in a Hugging Face folder ({@code config.json}, {@code model.safetensors}
 * or shards with their index, tokenizer).
 *
 * <p>Weights are read block by block when they are needed. The folder is never changed: pruned
 * blocks go to a working folder, and {@link #save} creates a folder in the same format.
 *
 * <p>Not thread-safe. A model is pruned at most once; open it again to start from dense weights.
 */
public final class CausalLm implements LossModel, ResumableModel, AutoCloseable {
  private final ModelFiles files;
  private final CheckpointRecipe opened;
  private final Decoder decoder;
  private final Evaluator evaluator;
  private final SequenceLimits limits;
  private final ModelState state = new ModelState();
  private @Nullable FolderTokenizer tokenizer;
  private @Nullable FolderChatTemplate chatTemplate;

  private CausalLm(ModelFiles files, CheckpointRecipe opened) {
    DecoderRecipe recipe = opened.recipe();
    this.files = files;
    this.opened = opened;
    this.decoder = new Decoder(recipe, files.workingCopy());
    this.evaluator = new Evaluator(decoder);
    this.limits = new SequenceLimits(recipe.context(), recipe.vocabulary());
  }

  /**
   * Opens a model whose pruned blocks go to a temporary folder.
   *
   * @param folder a Hugging Face folder
   * @return the model, to be closed
   * @throws IOException if the folder is incomplete, a file is corrupt, or the model's family or a
   *     setting is not supported; the message names it
   */
  public static CausalLm open(Path folder) throws IOException {
    return open(folder, OpenOptions.DEFAULT);
  }

  /**
   * Opens a model.
   *
   * @param folder a Hugging Face folder
   * @param options where to work, and which unknown settings to ignore
   * @return the model, to be closed
   * @throws IOException if the folder is incomplete, a file is corrupt, the model's family or a
   *     setting is not supported, an ignored setting is missing or known, or the working folder
   *     cannot be used; the message names it
   */
  public static CausalLm open(Path folder, OpenOptions options) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      CheckpointRecipe opened = Family.read(checkpoint, options.ignoredSettings());
      return new CausalLm(new ModelFiles(checkpoint, options.workingFolder().orElse(null)), opened);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * Returns what a user should know before trusting the model's results: a configuration that its
   * weights contradict, a missing output head, ignored settings.
   *
   * @return one sentence each, in a fixed order; usually none
   */
  @Override
  public List<String> remarks() {
    return opened.remarks();
  }

  /**
   * Returns whether the model has an output head. A base model, such as an embedding model, has
   * none: it can be pruned, but has neither logits nor losses.
   *
   * @return true if it computes logits
   */
  public boolean hasHead() {
    return opened.recipe().head().weight() != null;
  }

  /**
   * Returns whether the output head is the embedding.
   *
   * @return true if both are one tensor, or two with equal values
   */
  public boolean isTied() {
    return opened.tied();
  }

  /**
   * Returns the types of the weights, as stored.
   *
   * @return the number of elements by type, such as {@code BF16}; the most frequent type first
   */
  public Map<String, Long> weightTypes() {
    return files.checkpoint().elementsByType();
  }

  /**
   * Returns the model's tokenizer, opened on the first call.
   *
   * @return the tokenizer; closed with the model
   * @throws IOException if the folder has no tokenizer or it cannot be read
   */
  public FolderTokenizer tokenizer() throws IOException {
    if (tokenizer == null) {
      tokenizer = FolderTokenizer.open(files.checkpoint().folder());
    }
    return tokenizer;
  }

  /**
   * Returns the model's chat template, opened on the first call.
   *
   * @return the template
   * @throws IOException if the folder has no chat template or no tokenizer, or they cannot be read
   */
  public FolderChatTemplate chatTemplate() throws IOException {
    if (chatTemplate == null) {
      chatTemplate = FolderChatTemplate.open(files.checkpoint().folder(), tokenizer());
    }
    return chatTemplate;
  }

  /**
   * Returns the length of the longest sequence that the model accepts.
   *
   * @return tokens
   */
  public int context() {
    return limits.context();
  }

  /**
   * Returns the size of the vocabulary.
   *
   * @return the number of token ids, which start at 0
   */
  public int vocabulary() {
    return limits.vocabulary();
  }

  /**
   * Returns the family, as named in {@code config.json}.
   *
   * @return the {@code model_type}, such as {@code llama}
   */
  public String modelType() {
    return files.checkpoint().config().path("model_type").asText();
  }

  /**
   * Returns the number of parameters in the folder; tied parameters count once.
   *
   * @return the number of elements in all tensors
   */
  public long parameters() {
    return files.checkpoint().parameters();
  }

  /**
   * Returns the size of the files that contain the weights.
   *
   * @return bytes
   * @throws IOException if their sizes cannot be read
   */
  public long fileBytes() throws IOException {
    return files.checkpoint().fileBytes();
  }

  /**
   * Returns the size of a folder that {@link #save} writes.
   *
   * @return bytes, without plan and report
   * @throws IOException if the folder cannot be read
   */
  public long bytesToSave() throws IOException {
    return files.checkpoint().bytesToSave();
  }

  /**
   * Returns the size of all tensors in the folder.
   *
   * @return bytes
   */
  public long bytes() {
    return files.checkpoint().bytes();
  }

  /**
   * Returns the cost of a forward pass through all blocks.
   *
   * @param tokens the length of one sequence, at least 1
   * @return multiply-adds
   */
  public double multiplyAdds(int tokens) {
    return decoder.multiplyAdds(tokens);
  }

  /**
   * Returns the memory of one open block and the buffers of a forward pass, without hidden states.
   *
   * @param tokens the length of the longest sequence, at least 1
   * @param threads the number of threads, at least 1
   * @return bytes
   */
  public long bytesOfOneBlock(int tokens, int threads) {
    return decoder.bytesOfOneBlock(tokens, threads);
  }

  /**
   * Returns the share of the tokens that reach a linear if they are spread evenly over the experts.
   *
   * @param block one of the blocks
   * @param linear one of its linears
   * @return k / E for a linear of one of E experts of which a token passes k, 1 for any other
   */
  public double shareOfTokens(Block block, Linear linear) {
    return decoder.shareOfTokens(block, linear);
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
    state.requireUsable();
    limits.check(sequence);
  }

  @Override
  public void embed(int[] sequence, float[] hidden) {
    state.requireUsable();
    decoder.embed(sequence, hidden);
  }

  @Override
  public void checkPrunable() {
    state.requirePrunable();
  }

  @Override
  public void endPruning(String planJson, String reportJson) {
    files.setProvenance(planJson, reportJson);
    state.pruned();
  }

  @Override
  public Optional<Path> journal() {
    return files.journal();
  }

  @Override
  public Map<String, String> origin() {
    return files.checkpoint().origin();
  }

  @Override
  public void resume(List<String> saved) {
    files.resume(decoder.tensorsOf(saved));
  }

  @Override
  public void abandon() {
    state.abandoned();
  }

  /**
   * Measures perplexity on all processors.
   *
   * @param windows token ids, at least 2 per window
   * @return the perplexity over all windows
   * @throws IllegalArgumentException if there is no window, or one is too short, too long or has an
   *     id outside the vocabulary
   * @throws IllegalStateException if the model has no head, or is abandoned or closed
   * @throws ArithmeticException if a logit is NaN or infinite
   */
  public Perplexity perplexity(List<int[]> windows) {
    return perplexity(windows, Runtime.getRuntime().availableProcessors(), Progress.NONE);
  }

  /**
   * Measures perplexity. Batches of windows pass through all blocks together, so that each block is
   * read once per batch.
   *
   * @param windows token ids, at least 2 per window
   * @param threads the number of threads, at least 1
   * @param progress receives the number of steps done and their total
   * @return the perplexity over all windows
   * @throws IllegalArgumentException if there is no window, or one is too short, too long or has an
   *     id outside the vocabulary
   * @throws IllegalStateException if the model has no head, or is abandoned or closed
   * @throws ArithmeticException if a logit is NaN or infinite
   * @throws CancellationException if the thread is interrupted; the model must be opened again
   */
  public Perplexity perplexity(List<int[]> windows, int threads, Progress progress) {
    state.requireUsable();
    checkLoss();
    limits.checkWindows(windows);
    try {
      return evaluator.perplexity(windows, threads, progress);
    } catch (CancellationException e) {
      state.abandoned();
      throw e;
    }
  }

  @Override
  public void checkLoss() {
    if (!hasHead()) {
      throw new IllegalStateException(
          files.checkpoint().folder()
              + " contains no output head, so the model has neither logits nor losses; it can be"
              + " pruned by a plan or allocator that measures no loss, but not evaluated or tuned");
    }
  }

  @Override
  public OpenLoss openLoss(Workers workers) {
    state.requireUsable();
    checkLoss();
    return evaluator.openLoss(workers);
  }

  /**
   * Computes the logits of one sequence; they take {@code tokens · vocabulary · 4} bytes.
   *
   * @param sequence token ids
   * @return {@code [tokens][vocabulary]}
   * @throws IllegalArgumentException if the sequence is empty, too long or has an id outside the
   *     vocabulary
   * @throws IllegalStateException if the model has no head, or is abandoned or closed
   */
  public float[][] logits(int[] sequence) {
    check(sequence);
    checkLoss();
    return evaluator.logits(sequence);
  }

  /**
   * Loads all weights in their current state into memory, to generate text or to score it. They are
   * packed on the JVM's heap: a linear with enough zeros as a bitmask and the values that stay.
   *
   * @param values the type of the packed values; BFLOAT16 is exact for a bfloat16 checkpoint
   * @param threads the number of threads, at least 1
   * @return the loaded model, to be closed before this one
   * @throws IllegalStateException if the model has no head, or is abandoned or closed
   */
  public LoadedLm load(ValueType values, int threads) {
    checkLoss();
    return new LoadedLm(decoder, values, threads);
  }

  /**
   * Writes the model in its current state: the same tensors with the same names and types in the
   * same files, and every other file of the folder except weights in other files or formats, which
   * would still be dense, and states of a training. A pruned model also gets {@code owl-plan.json}
   * and {@code owl-report.json}. The folder appears atomically.
   *
   * @param folder must not exist; its parent must exist
   * @return the names of the files that were left out, in alphabetical order
   * @throws IOException if the folder exists or cannot be written; nothing is then left under its
   *     name
   * @throws IllegalStateException if the model is abandoned or closed
   */
  public List<String> save(Path folder) throws IOException {
    state.requireUsable();
    return files.save(folder);
  }

  /**
   * Checks that {@link #save} could create a folder, before any work is done.
   *
   * @param folder must not exist; its parent must exist and be writable
   * @throws IOException if it could not; the message names the reason
   */
  public static void requireSavable(Path folder) throws IOException {
    WorkingCopy.requireFree(folder);
  }

  /**
   * Deletes what an interrupted run has left in its working folder, so that another can start
   * there.
   *
   * @param workingFolder a folder that was given to {@link OpenOptions#withWorkingFolder}; need not
   *     exist
   * @throws IOException if it contains anything that no run has written, or cannot be deleted
   * @throws IllegalStateException if another run uses it
   */
  public static void discard(Path workingFolder) throws IOException {
    WorkingCopy.discard(workingFolder);
  }

  /**
   * Releases files and buffers. Unsaved changes are deleted, except those of an interrupted run
   * that can be continued from the working folder.
   */
  @Override
  public void close() throws IOException {
    if (state.isClosed()) {
      return;
    }
    state.closed();
    decoder.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
    files.close();
  }
}
