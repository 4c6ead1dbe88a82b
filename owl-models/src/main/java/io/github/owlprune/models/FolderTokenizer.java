package io.github.owlprune.models;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.owlprune.calibration.Tokenizer;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.safetensors.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
    FileKind.requireOther(file);
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
      throw TokenizerFile.rejected(file, String.valueOf(e.getMessage()));
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
    return encode(text, true);
  }

  /**
   * Encodes a text that already contains its special tokens, such as a rendered chat: none are
   * added, and those in the text are recognized.
   *
   * @param text any text
   * @return token ids
   */
  public int[] encodeRendered(String text) {
    return encode(text, false);
  }

  private int[] encode(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
  }

  /**
   * Decodes token ids.
   *
   * @param ids any number of token ids
   * @return their text without special tokens; bytes that are no UTF-8 become U+FFFD
   */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /**
   * Returns the token that {@link #encode} puts in front of every text, such as {@code <bos>}.
   *
   * @return its id; empty if the tokenizer's post-processor adds none
   */
  public OptionalInt beginningOfText() {
    int[] plain = encode("a", false);
    int[] whole = encode("a", true);
    boolean added =
        whole.length > plain.length
            && Arrays.equals(plain, Arrays.copyOfRange(whole, 1, 1 + plain.length));
    return added ? OptionalInt.of(whole[0]) : OptionalInt.empty();
  }

  /** Returns the special tokens that {@link #encode} adds to every text. */
  List<String> addedTokens() {
    return List.of(tokenizer.encode("", true, false).getTokens());
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
