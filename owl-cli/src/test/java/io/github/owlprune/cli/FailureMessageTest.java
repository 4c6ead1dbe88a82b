package io.github.owlprune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureMessageTest {
  private static final String LIBRARY = "/root/.javacpp/cache/a.jar/libjniopenblas.so";

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new OutOfMemoryError("Java heap space"), "increase --memory"),
        Arguments.of(
            new OutOfMemoryError("unable to create native thread: possibly out of memory"),
            "fewer --threads, or raise ulimit -u"),
        Arguments.of(
            new OutOfMemoryError("Cannot allocate new FloatPointer(7): totalBytes = 0"),
            "raise its limit (ulimit -v)"),
        Arguments.of(new StackOverflowError(), "OWL_OPTS=-Xss16m"),
        Arguments.of(
            notInitialized(
                new UnsatisfiedLinkError(
                    LIBRARY + ": " + LIBRARY + ": failed to map segment from shared object")),
            "(libjniopenblas.so: failed to map segment from shared object); raise the limit"),
        Arguments.of(
            notInitialized(new UnsatisfiedLinkError("a.so: cannot open shared object file")),
            "free some space or set OWL_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER"),
        Arguments.of(
            notInitialized(new UnsatisfiedLinkError(LIBRARY + ": wrong ELF class: ELFCLASS32")),
            "check that owl was built for this platform"),
        Arguments.of(notInitialized(new OutOfMemoryError("Java heap space")), "increase --memory"),
        Arguments.of(
            new NoClassDefFoundError("org/nd4j/linalg/factory/Nd4j"),
            "the installation is incomplete or mixes versions"),
        Arguments.of(new IllegalStateException(), "this is a fault of owl: IllegalStateException"),
        Arguments.of(new AssertionError("never"), "this is a fault of owl: AssertionError: never"),
        Arguments.of(new NullPointerException("x is null"), "OWL_OPTS=-Dowl.trace=true"),
        Arguments.of(new IOException("No space left on device"), "; free some space"),
        Arguments.of(new IOException("File too large"), "ulimit -f"),
        Arguments.of(new NoSuchFileException("p.json"), "there is no file p.json"),
        Arguments.of(new CancellationException("x"), "interrupted; no model was saved"),
        Arguments.of(new IOException("two\n  lines\u001b[31m"), "two lines?[31m"));
  }

  private static Error notInitialized(Throwable cause) {
    return new ExceptionInInitializerError(new IllegalStateException("missing", cause));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureSaysWhatToDoInOneLine(Throwable failure, String part) {
    String line = FailureMessage.of(failure);
    assertTrue(line.contains(part), line);
    assertEquals(1, line.lines().count(), line);
    assertFalse(line.contains(LIBRARY), line);
  }
}
