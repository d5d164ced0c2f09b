package io.github.wxtoken;

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
import org.jspecify.annotations.NullMarked;

/** The house as it was drawn: its rooms, the arrows between them, and what must not be found in any of them. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String ROOT = "io.github.wxtoken";

    /**
     * Only these rooms, each one package deep, and only these arrows. The assembly may know all of them, none knows it.
     *
     * <p>A room that is not built yet is no violation.
     */
    @ArchTest
    static final ArchRule rooms_know_only_what_the_arrows_allow = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
            .withOptionalLayers(true)
            .layer("assembly")
            .definedBy(ROOT)
            .layer("api")
            .definedBy(ROOT + ".api")
            .layer("caller")
            .definedBy(ROOT + ".caller")
            .layer("monitor")
            .definedBy(ROOT + ".monitor")
            .layer("redis")
            .definedBy(ROOT + ".redis")
            .layer("token")
            .definedBy(ROOT + ".token")
            .layer("wechat")
            .definedBy(ROOT + ".wechat")
            .whereLayer("api")
            .mayOnlyAccessLayers("token", "caller")
            .whereLayer("caller")
            .mayNotAccessAnyLayer()
            .whereLayer("monitor")
            .mayOnlyAccessLayers("token")
            .whereLayer("redis")
            .mayOnlyAccessLayers("token")
            .whereLayer("token")
            .mayNotAccessAnyLayer()
            .whereLayer("wechat")
            .mayOnlyAccessLayers("token")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule rooms_are_free_of_cycles =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);

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
