package io.github.owlprune.models;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How {@link CausalLm#open(Path, OpenOptions)} opens a model. Immutable. */
public final class OpenOptions {
  /** A temporary working folder, and no setting ignored. */
  public static final OpenOptions DEFAULT = new OpenOptions(null, Set.of());

  private final @Nullable Path workingFolder;
  private final Set<String> ignoredSettings;

  private OpenOptions(@Nullable Path workingFolder, Set<String> ignoredSettings) {
    this.workingFolder = workingFolder;
    this.ignoredSettings = ignoredSettings;
  }

  /**
   * Sets the folder that receives pruned blocks and the journal of the run; a temporary folder
   * unless set. With it, an interrupted run can be continued, and saving to the same disk is a
   * rename.
   *
   * @param folder must not exist, be empty, or be left over from an interrupted run, which the same
   *     run then continues
   * @return new options
   */
  public OpenOptions withWorkingFolder(Path folder) {
    return new OpenOptions(folder, ignoredSettings);
  }

  /**
   * Sets which settings of {@code config.json} to ignore although this release does not know them;
   * none unless set. Ignore a setting only if it does not change what the model computes. The model
   * {@linkplain CausalLm#remarks remarks} on it.
   *
   * @param names settings that the refusal to open the model named; a setting in a group is named
   *     with its group, such as {@code rope_scaling.alpha}
   * @return new options
   */
  public OpenOptions withIgnoredSettings(Collection<String> names) {
    return new OpenOptions(workingFolder, Set.copyOf(names));
  }

  Optional<Path> workingFolder() {
    return Optional.ofNullable(workingFolder);
  }

  Set<String> ignoredSettings() {
    return ignoredSettings;
  }
}
