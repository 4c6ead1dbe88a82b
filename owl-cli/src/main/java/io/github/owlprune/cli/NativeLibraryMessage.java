package io.github.owlprune.cli;

/** Describes a native library that cannot be loaded. */
final class NativeLibraryMessage {
  private static final String CACHE = "OWL_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER";

  private NativeLibraryMessage() {}

  /**
   * Returns one line.
   *
   * @param text the message of the {@link UnsatisfiedLinkError}; the dynamic linker's begins with
   *     the library's path, once or twice
   */
  static String of(String text) {
    String why = text.replaceFirst("^(?:/[^:]*/)?([^/:]+): (?:/[^:]*/\\1: )?", "$1: ");
    return "a native library cannot be loaded (" + why + "); " + advice(why);
  }

  private static String advice(String why) {
    if (why.contains("failed to map segment") || why.contains("annot allocate memory")) {
      return "raise the limit of the memory that a process may map (ulimit -v), or if the home"
          + " folder forbids programs (noexec), set "
          + CACHE;
    }
    if (why.contains("cannot open shared object file")) {
      return "if the home folder or its disk is full, free some space or set " + CACHE;
    }
    return "check that owl was built for this platform ("
        + System.getProperty("os.name")
        + ", "
        + System.getProperty("os.arch")
        + ") and that the system's C library is new enough";
  }
}
