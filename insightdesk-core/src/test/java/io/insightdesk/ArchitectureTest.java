package io.insightdesk;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The source tree keeps its rules; and each rule finds what was broken on purpose. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("devenv"))
            .importPackages("io.insightdesk");

    private static final String BROKEN_ROOT = "io.insightdesk.testing.broken";

    /** Each rule, with the class that breaks it. */
    private static final Map<String, String> BROKEN = Map.of(
            "no cycles between features", "customer.KnowsTickets",
            "each feature uses only lower ones", "error.KnowsTickets",
            "nobody enters another feature's internal package", "ticket.EntersCustomers",
            "no type of a hidden library in public", "ticket.ShowsJdbi",
            "no clock but the one that was given", "ticket.AsksTheSystem",
            "nothing printed", "ticket.Prints",
            "no static state", "ticket.KeepsState",
            "every package is null-marked", "unmarked.Anything");

    @TestFactory
    List<DynamicTest> theTreeKeeps() {
        return new ArchitectureRules("io.insightdesk")
                .all().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(CLASSES)))
                        .toList();
    }

    @TestFactory
    List<DynamicTest> whatIsBrokenIsFoundBy() {
        JavaClasses broken = new ClassFileImporter().importPackages(BROKEN_ROOT);
        Map<String, ArchRule> rules = new ArchitectureRules(BROKEN_ROOT).all();
        assertThat(BROKEN).containsOnlyKeys(rules.keySet());
        return new TreeMap<>(BROKEN)
                .entrySet().stream()
                        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                            var result = rules.get(each.getKey()).evaluate(broken);
                            assertThat(result.hasViolation()).isTrue();
                            assertThat(result.getFailureReport().toString()).contains(lastPart(each.getValue()));
                        }))
                        .toList();
    }

    private static String lastPart(String name) {
        return name.startsWith("unmarked") ? "unmarked" : name.substring(name.indexOf('.') + 1);
    }

    @Test
    void listsOfDeviationsNameOnlyWhatExists() {
        List<String> names = CLASSES.stream().map(JavaClass::getName).toList();
        assertThat(names).hasSizeGreaterThan(100);
        for (Map<String, String> list : List.of(ArchitectureRules.VOCABULARY, ArchitectureRules.SHARED_INTERNALS)) {
            list.keySet().forEach(name -> assertThat(names).contains("io.insightdesk." + name));
        }
    }
}
