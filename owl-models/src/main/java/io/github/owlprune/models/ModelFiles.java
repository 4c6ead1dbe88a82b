package io.github.owlprune.models;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model's files: the checkpoint it was opened from, which is never changed; the working copy that
 * receives pruned weights; and the provenance that is saved with them.
 */
final class ModelFiles implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final WorkingCopy workingCopy;
  private final Map<String, String> provenance = new LinkedHashMap<>();

  /**
   * Creates the files of a model; nothing is written yet.
   *
   * @param checkpoint the open checkpoint; closed with this
   * @param workingFolder see {@link OpenOptions#withWorkingFolder}; null for a temporary folder
   * @throws IOException if the working folder cannot be used
   */
  ModelFiles(Checkpoint checkpoint, @Nullable Path workingFolder) throws IOException {
    this.checkpoint = checkpoint;
    this.workingCopy = new WorkingCopy(checkpoint, workingFolder);
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  WorkingCopy workingCopy() {
    return workingCopy;
  }

  /** Returns the folder where an interruptible run keeps its journal, if it may keep one. */
  Optional<Path> journal() {
    return workingCopy.journal();
  }

  /**
   * Continues with tensors that an earlier process wrote.
   *
   * @throws IllegalStateException if they are missing or cannot be read
   */
  void resume(Collection<String> tensors) {
    try {
      workingCopy.resume(tensors);
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Sets the plan and the report that are saved with pruned weights. */
  void setProvenance(String planJson, String reportJson) {
    provenance.put("owl-plan.json", planJson);
    provenance.put("owl-report.json", reportJson);
  }

  /** Saves the working copy, and returns the names of the files that were left out. */
  List<String> save(Path folder) throws IOException {
    List<String> leftOut = checkpoint.leftOut();
    workingCopy.save(folder, provenance);
    return leftOut;
  }

  @Override
  public void close() throws IOException {
    workingCopy.close();
    checkpoint.close();
  }
}
