package io.github.wxtoken;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * Tests the architecture: the packages, the dependencies between them, and the types and calls that are forbidden in
 * each.
 */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String ROOT = "io.github.wxtoken";

    /**
     * Allows only these packages, without subpackages, and only these dependencies. The root package may depend on
     * all others; none may depend on it.
     *
     * <p>A package that does not exist yet is no violation.
     */
    @ArchTest
    static final ArchRule packages_depend_only_along_the_arrows = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
            .withOptionalLayers(true)
            .layer("assembly")
            .definedBy(ROOT)
            .layer("api")
            .definedBy(ROOT + ".api")
            .layer("caller")
            .definedBy(ROOT + ".caller")
            .layer("keeper")
            .definedBy(ROOT + ".keeper")
            .layer("monitor")
            .definedBy(ROOT + ".monitor")
            .layer("redis")
            .definedBy(ROOT + ".redis")
            .layer("relay")
            .definedBy(ROOT + ".relay")
            .layer("support")
            .definedBy(ROOT + ".support")
            .layer("token")
            .definedBy(ROOT + ".token")
            .layer("wechat")
            .definedBy(ROOT + ".wechat")
            .whereLayer("api")
            .mayOnlyAccessLayers("keeper", "token", "caller", "support")
            .whereLayer("caller")
            .mayOnlyAccessLayers("support")
            .whereLayer("keeper")
            .mayOnlyAccessLayers("token", "support")
            .whereLayer("monitor")
            .mayOnlyAccessLayers("keeper", "token", "caller", "support")
            .whereLayer("relay")
            .mayOnlyAccessLayers("api", "keeper", "token", "caller", "wechat", "support")
            .whereLayer("support")
            .mayNotAccessAnyLayer()
            .whereLayer("redis")
            .mayOnlyAccessLayers("token", "support")
            .whereLayer("token")
            .mayNotAccessAnyLayer()
            .whereLayer("wechat")
            .mayOnlyAccessLayers("token", "support")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule packages_are_free_of_cycles =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule token_is_pure = noClasses()
            .that()
            .resideInAPackage(ROOT + ".token")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework..", "org.slf4j..", "io.micrometer..")
                    .or(resideInAPackage("java.util.concurrent..")
                            .and(not(belongToAnyOf(Executor.class, CompletionStage.class)))))
            .because("the rules have no thread, lock, timer, logger or meter");

    @ArchTest
    static final ArchRule only_wechat_knows_okhttp = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".wechat")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("okhttp3..", "okio..");

    @ArchTest
    static final ArchRule only_redis_knows_redis = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".redis")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.data..", "org.springframework.boot.data..", "io.lettuce..");

    @ArchTest
    static final ArchRule nothing_is_printed = noClasses()
            .that()
            .doNotHaveSimpleName("WxTokenApplication")
            .should(ACCESS_STANDARD_STREAMS)
            .because("only the command line prints; the server logs");

    @ArchTest
    static final ArchRule nothing_is_logged_past_slf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule every_package_is_null_marked = classes().should(resideInANullMarkedPackage());

    @ArchTest
    static final ArchRule types_form_no_large_knot =
            classes().that().areTopLevelClasses().should(beInNoKnotLargerThan(6));

    /**
     * Limits the size of a dependency cycle between types. A group consists of types in one package that all depend
     * on each other, directly or indirectly.
     */
    private static ArchCondition<JavaClass> beInNoKnotLargerThan(int most) {
        return new ArchCondition<>("be in no group of more than " + most + " mutually dependent types of a package") {
            private final Map<JavaClass, Set<JavaClass>> reachable = new HashMap<>();

            @Override
            public void init(Collection<JavaClass> types) {
                types.forEach(type -> reachable.put(type, reachableFrom(type)));
            }

            @Override
            public void check(JavaClass item, ConditionEvents events) {
                List<String> knot = reachable.getOrDefault(item, Set.of()).stream()
                        .filter(other -> reachable.getOrDefault(other, Set.of()).contains(item))
                        .map(JavaClass::getSimpleName)
                        .sorted()
                        .toList();
                if (knot.size() > most) {
                    events.add(violated(item, item.getFullName() + " is in a knot: " + knot));
                }
            }
        };
    }

    private static Set<JavaClass> reachableFrom(JavaClass type) {
        Set<JavaClass> reached = new HashSet<>();
        Deque<JavaClass> toVisit = new ArrayDeque<>(List.of(type));
        while (!toVisit.isEmpty()) {
            JavaClass visited = toVisit.pop();
            Stream.concat(Stream.of(visited), nested(visited))
                    .flatMap(part -> part.getDirectDependenciesFromSelf().stream())
                    .map(dependency -> outermost(dependency.getTargetClass()))
                    .filter(target -> target.getPackage().equals(type.getPackage()) && !target.equals(visited))
                    .filter(reached::add)
                    .forEach(toVisit::push);
        }
        return reached;
    }

    private static Stream<JavaClass> nested(JavaClass type) {
        return type.getPackage().getClasses().stream()
                .filter(part -> !part.equals(type) && outermost(part).equals(type));
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        return base.getEnclosingClass().map(ArchitectureTest::outermost).orElse(base);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a @NullMarked package") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(violated(
                            item,
                            item.getFullName() + " is in a package whose package-info.java"
                                    + " is missing or not @NullMarked"));
                }
            }
        };
    }
}
