package io.github.owlprune.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Describes failures in one line that says what to do. */
final class FailureMessage {
  private static final String OUT_OF_MEMORY = "out of memory";

  private FailureMessage() {}

  /**
   * Returns a line without line breaks and without the control characters of hostile files.
   *
   * @param failure anything that was thrown
   */
  static String of(Throwable failure) {
    return text(failure).replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
  }

  private static String text(Throwable failure) {
    if (failure instanceof CancellationException) {
      return "interrupted; no model was saved";
    }
    if (failure instanceof OutOfMemoryError e) {
      return outOfMemory(e);
    }
    if (failure instanceof StackOverflowError) {
      return "the stack of a thread is full: the input is nested too deeply; if it is sound, set"
          + " OWL_OPTS=-Xss16m";
    }
    if (failure instanceof LinkageError e) {
      return linkage(e);
    }
    String text = failure.getMessage();
    if (failure instanceof Error || isFault(failure) || text == null) {
      return fault(failure);
    }
    if (failure instanceof FileSystemException e && e.getReason() == null) {
      return withoutReason(e);
    }
    return text + onDisk(text.toLowerCase(Locale.ROOT));
  }

  /** Returns what to do about a write that failed. */
  private static String onDisk(String text) {
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return text.contains("free some space") ? "" : "; free some space";
    }
    return text.contains("file too large") ? "; raise the limit of file sizes (ulimit -f)" : "";
  }

  private static String outOfMemory(OutOfMemoryError e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("native thread")) {
      return "no more threads can be started ("
          + text
          + "); use fewer --threads, or raise ulimit -u";
    }
    if (text.contains("heap") || text.contains("array size")) {
      return OUT_OF_MEMORY
          + ": the Java heap of "
          + MemoryUse.mib(Runtime.getRuntime().maxMemory())
          + " is full; increase --memory (or the -Xmx in OWL_OPTS), or use less data";
    }
    return OUT_OF_MEMORY
        + " ("
        + text
        + "); free some memory or raise its limit (ulimit -v), or use fewer --threads and shorter"
        + " sequences";
  }

  /** Describes a class or a native library that cannot be loaded. */
  private static String linkage(LinkageError e) {
    UnsatisfiedLinkError library = null;
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError memory) {
        return outOfMemory(memory);
      }
      if (cause instanceof UnsatisfiedLinkError link) {
        library = link; // the last is the one that says why
      }
      root = cause;
    }
    if (library != null) {
      return NativeLibraryMessage.of(String.valueOf(library.getMessage()));
    }
    return root instanceof LinkageError
        ? "the installation is incomplete or mixes versions (" + root + "); build owl again"
        : fault(root);
  }

  /** Returns whether an exception can only come from a mistake in the program. */
  private static boolean isFault(Throwable failure) {
    return failure instanceof NullPointerException
        || failure instanceof ClassCastException
        || failure instanceof IndexOutOfBoundsException
        || failure instanceof NegativeArraySizeException
        || failure instanceof ArrayStoreException;
  }

  private static String fault(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    @Nullable String text = failure.getMessage();
    return "this is a fault of owl: "
        + failure.getClass().getSimpleName()
        + (text == null ? "" : ": " + text)
        + (trace.length == 0 ? "" : " at " + trace[0])
        + "; please report it, with the stack trace that OWL_OPTS=-D"
        + Main.TRACE
        + "=true prints";
  }

  /** Describes an exception whose message consists only of a file name. */
  private static String withoutReason(FileSystemException e) {
    String file = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      return "there is no file " + file + "; check the path";
    }
    if (e instanceof AccessDeniedException) {
      return file + " may not be read or written; check its permissions";
    }
    return e.getClass().getSimpleName() + ": " + file;
  }
}
