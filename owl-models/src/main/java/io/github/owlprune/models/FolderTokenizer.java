package io.github.owlprune.models;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.owlprune.calibration.Tokenizer;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer in a Hugging Face folder, {@code tokenizer.json}. Its ids equal those of
 * transformers.
 */
public final class FolderTokenizer implements Tokenizer, AutoCloseable {
  private static final String OFFLINE = "ai.djl.offline";

  private final HuggingFaceTokenizer tokenizer;
  private final OptionalInt endOfText;

  private FolderTokenizer(HuggingFaceTokenizer tokenizer, OptionalInt endOfText) {
    this.tokenizer = tokenizer;
    this.endOfText = endOfText;
  }

  /**
   * Opens the tokenizer of a model.
   *
   * @param folder the model's folder
   * @return the tokenizer, to be closed
   * @throws IOException if {@code tokenizer.json} is missing or malformed, or the tokenizer's
   *     native library cannot be loaded
   */
  public static FolderTokenizer open(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          folder + " contains no tokenizer.json; add it, or give token ids, {\"ids\": [[…]]}");
    }
    HuggingFaceTokenizer tokenizer = load(file);
    try {
      return new FolderTokenizer(tokenizer, EndOfText.find(tokenizer, folder));
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Loads a tokenizer with DJL offline. Otherwise DJL would report to its makers when it runs in
   * their cloud, and download another build of its library where it finds a GPU.
   */
  private static synchronized HuggingFaceTokenizer load(Path file) throws IOException {
    String before = System.getProperty(OFFLINE);
    System.setProperty(OFFLINE, "true");
    try {
      return HuggingFaceTokenizer.newInstance(
          file, Map.of("truncation", "false", "padding", "false", "modelMaxLength", "-1"));
    } catch (EngineException e) {
      throw new IOException(
          "cannot load the tokenizer's native library on this platform ("
              + System.getProperty("os.name")
              + ", "
              + System.getProperty("os.arch")
              + "); make the folder in DJL_CACHE_DIR writable, or give token ids,"
              + " {\"ids\": [[…]]}",
          e);
    } catch (RuntimeException e) {
      throw new CheckpointException(
          file + " is not a valid tokenizer: " + e.getMessage() + "; download it again");
    } finally {
      if (before == null) {
        System.clearProperty(OFFLINE);
      } else {
        System.setProperty(OFFLINE, before);
      }
    }
  }

  @Override
  public int[] encode(String text) {
    long[] ids = tokenizer.encode(text, true, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
  }

  @Override
  public OptionalInt endOfText() {
    return endOfText;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
