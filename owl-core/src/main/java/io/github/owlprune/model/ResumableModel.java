package io.github.owlprune.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model whose saved blocks outlive the process, so that a run that was cut off can be gone on
 * with: by the same program, started again with the same arguments.
 */
public interface ResumableModel extends Model {
  /**
   * Where a run keeps what it must know to go on. The model removes the folder with the saved
   * blocks, once they have become a finished model or were dropped.
   *
   * @return a folder that need not exist yet; empty if saved blocks are lost with the process
   */
  Optional<Path> journal();

  /**
   * What the dense weights are read from. A run that was begun with other texts is not gone on
   * with.
   *
   * @return for every file what tells it from a changed one, by its name
   */
  Map<String, String> origin();

  /**
   * Is told, before any block is opened, what an earlier run did.
   *
   * @param saved the names of the blocks that it {@linkplain OpenBlock#save saved}: they are pruned
   *     from now on. Whatever else lies where saved blocks are kept is not whole, and is dropped.
   * @throws IllegalStateException if a saved block is not there any more
   */
  void resume(List<String> saved);
}
