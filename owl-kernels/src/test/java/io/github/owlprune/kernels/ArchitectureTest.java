package io.github.owlprune.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The layers of this module, as the architecture describes them. */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  static final String ROOT = "io.github.owlprune.kernels";

  /** From bottom to top. */
  private static final List<String> LAYERS =
      List.of(ROOT + ".provider", ROOT + ".plain", ROOT + ".vector", ROOT);

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static void arrowsPointDownwards(JavaClasses all) {
    for (int l = 0; l + 1 < LAYERS.size(); l++) {
      noClasses()
          .that()
          .resideInAPackage(LAYERS.get(l))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(LAYERS.subList(l + 1, LAYERS.size()).toArray(String[]::new))
          .because("they may know only the layers below")
          .check(all);
    }
  }
}
