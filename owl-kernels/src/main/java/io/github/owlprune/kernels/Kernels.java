package io.github.owlprune.kernels;

import io.github.owlprune.kernels.plain.PlainKernels;
import io.github.owlprune.kernels.provider.KernelProvider;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the provider of kernels, once for a JVM: the Vector API where the JVM has it with what
 * the kernels need (JDK 21 and newer, with a flag), plain Java elsewhere.
 */
final class Kernels {
  /** The system property that names another provider than the one that would be chosen. */
  static final String PROPERTY = "owl.kernels";

  private static final String VECTOR = "io.github.owlprune.kernels.vector.VectorKernels";
  private static final String FLAG = "--add-modules jdk.incubator.vector";
  private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

  private Kernels() {}

  /** Holds the choice, which is made when it is first asked for. */
  private static final class Chosen {
    static final KernelProvider PROVIDER = choose();
  }

  /** Returns the provider of this JVM. */
  static KernelProvider chosen() {
    return Chosen.PROVIDER;
  }

  private static KernelProvider choose() {
    String name = System.getProperty(PROPERTY);
    if (name != null) {
      return named(name);
    }
    if (Runtime.version().feature() < 21) {
      LOG.warn(
          "Products with packed weights run in plain Java, several times slower than with the"
              + " Vector API: use JDK 21 or newer, with {}",
          FLAG);
      return new PlainKernels();
    }
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      LOG.warn(
          "Products with packed weights run in plain Java, several times slower than with the"
              + " Vector API: start the JVM with {}",
          FLAG);
      return new PlainKernels();
    }
    return vector("preferred", MethodType.methodType(void.class));
  }

  /**
   * Returns a provider by its name.
   *
   * @param name {@code plain}, {@code vector-128}, {@code vector-256} or {@code vector-512}
   * @throws IllegalArgumentException if there is no such provider
   * @throws UnsupportedOperationException if the JVM lacks what the provider needs
   */
  static KernelProvider named(String name) {
    return switch (name) {
      case "plain" -> new PlainKernels();
      case "vector-128", "vector-256", "vector-512" ->
          vector(
              "ofBits",
              MethodType.methodType(void.class, int.class),
              Integer.parseInt(name.substring("vector-".length())));
      default ->
          throw new IllegalArgumentException(
              "no kernels are named \""
                  + name
                  + "\"; choose plain, vector-128, vector-256 or vector-512, or leave out "
                  + PROPERTY);
    };
  }

  /** Calls a factory by name: the class is compiled apart, and may lack its module here. */
  private static KernelProvider vector(String factory, MethodType arguments, Object... values) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new UnsupportedOperationException("the JVM has no Vector API; start it with " + FLAG);
    }
    try {
      Class<?> kernels = Class.forName(VECTOR);
      MethodHandle create =
          MethodHandles.publicLookup()
              .findStatic(kernels, factory, arguments.changeReturnType(kernels));
      return (KernelProvider) create.invokeWithArguments(values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the vector kernels do not load", e);
    }
  }
}
