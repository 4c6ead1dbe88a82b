package io.github.owlprune;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.owlprune.model.Block;
import io.github.owlprune.pipeline.Visit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The layers of this module, as the architecture describes them. */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  static final String ROOT = "io.github.owlprune";

  private static final int MOST_TYPES_IN_ROOT = 15;

  /** Packages of one layer do not know each other; each may use those of all layers before. */
  private static final List<Set<String>> LAYERS =
      List.of(
          Set.of(ROOT + ".linalg", ROOT + ".rows"),
          Set.of(ROOT + ".model"),
          Set.of(ROOT + ".statistics"),
          Set.of(ROOT + ".compress", ROOT + ".calibration", ROOT + ".format"),
          Set.of(ROOT + ".pipeline"),
          Set.of(ROOT + ".measure"),
          Set.of(ROOT + ".allocation"),
          Set.of(ROOT + ".plan"),
          Set.of(ROOT + ".pruning"),
          Set.of(ROOT + ".analysis", ROOT + ".tuning"),
          Set.of(ROOT));

  private static final DescribedPredicate<JavaAccess<?>> OPENS_A_BLOCK =
      target(name("open")).and(targetOwner(assignableTo(Block.class))).as("Block.open");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_A_VISIT_OPENS_BLOCKS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Visit.class.getName())
          .should()
          .accessTargetWhere(OPENS_A_BLOCK)
          .because("there is one loop over blocks, and it keeps one of them in memory");

  /** The rule above would hold of any code if this did not. */
  @ArchTest
  static final ArchRule A_VISIT_OPENS_BLOCKS =
      classes()
          .that()
          .haveFullyQualifiedName(Visit.class.getName())
          .should()
          .accessTargetWhere(OPENS_A_BLOCK);

  @ArchTest
  static void everyPackageHasALayer(JavaClasses all) {
    Set<String> packages =
        all.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    Set<String> layered =
        LAYERS.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(layered, packages);
  }

  @ArchTest
  static void arrowsPointDownwards(JavaClasses all) {
    for (int l = 0; l < LAYERS.size(); l++) {
      Set<String> below =
          LAYERS.subList(0, l).stream().flatMap(Set::stream).collect(Collectors.toSet());
      for (String layer : LAYERS.get(l)) {
        String[] others =
            LAYERS.stream()
                .flatMap(Set::stream)
                .filter(p -> !p.equals(layer) && !below.contains(p))
                .toArray(String[]::new);
        noClasses()
            .that()
            .resideInAPackage(layer)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others)
            .because("they may know only the layers below")
            .check(all);
      }
    }
  }

  @ArchTest
  static void theRootHoldsAHandfulOfTypes(JavaClasses all) {
    List<String> types =
        all.stream()
            .filter(c -> c.getPackageName().equals(ROOT) && c.isTopLevelClass())
            .map(JavaClass::getSimpleName)
            .filter(simple -> !simple.equals("package-info"))
            .toList();
    assertTrue(types.contains("Owl") && types.size() <= MOST_TYPES_IN_ROOT, types::toString);
  }
}
