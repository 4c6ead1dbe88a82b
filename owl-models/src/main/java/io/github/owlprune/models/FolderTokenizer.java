package io.github.owlprune.models;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** The tokenizer of a Hugging Face folder, {@code tokenizer.json}; its ids equal transformers'. */
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
   * @return to be closed
   * @throws IOException if there is no {@code tokenizer.json} or it is not sound, or the
   *     tokenizer's native library does not load on this machine
   */
  public static FolderTokenizer open(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          folder + " holds no tokenizer.json; bring it, or give ready token ids, {\"ids\": [[…]]}");
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
   * Left to itself DJL reports to its makers when it runs in their cloud, and where it finds a GPU
   * downloads another build of its library; offline it does neither.
   */
  private static synchronized HuggingFaceTokenizer load(Path file) throws IOException {
    String before = System.getProperty(OFFLINE);
    System.setProperty(OFFLINE, "true");
    try {
      return HuggingFaceTokenizer.newInstance(
          file, Map.of("truncation", "false", "padding", "false", "modelMaxLength", "-1"));
    } catch (EngineException e) {
      throw new IOException(
          "the native library of the tokenizer does not load here ("
              + System.getProperty("os.name")
              + ", "
              + System.getProperty("os.arch")
              + "); make the folder that DJL_CACHE_DIR names writable, or give ready token ids,"
              + " {\"ids\": [[…]]}",
          e);
    } catch (RuntimeException e) {
      throw new CheckpointException(file + " is no sound tokenizer: " + e.getMessage());
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
