package io.github.owlprune.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model whose saved blocks survive the process, so that an interrupted run can be resumed by
 * starting the same program again with the same arguments.
 */
public interface ResumableModel extends Model {
  /**
   * Returns the folder for a run's journal. The model removes the folder together with the saved
   * blocks once they have become a finished model or were discarded.
   *
   * @return a folder that need not exist yet; empty if saved blocks are lost with the process
   */
  Optional<Path> journal();

  /**
   * Returns fingerprints of the files that the dense weights are read from. A run that was started
   * with other fingerprints is not resumed.
   *
   * @return a text for each file name that changes when the file does
   */
  Map<String, String> origin();

  /**
   * Takes over the blocks that an earlier run saved, before any block is opened.
   *
   * @param saved the names of the blocks that it {@linkplain OpenBlock#save saved}; they count as
   *     pruned from now on. Anything else found where saved blocks are kept is incomplete and is
   *     discarded.
   * @throws IllegalStateException if a saved block is missing
   */
  void resume(List<String> saved);
}
