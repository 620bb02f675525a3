package io.insightdesk;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.NullMarked;

/** The rules of the source tree below a root package. */
final class ArchitectureRules {

    /** Features from low to high: each uses only lower ones. */
    private static final List<String> ORDER = List.of(
            "error",
            "internal",
            "key",
            "tenant",
            "event",
            "job",
            "limit",
            "storage",
            "identity",
            "customer",
            "login",
            "ticket",
            "conversation",
            "mail",
            "search",
            "sla",
            "automation",
            "knowledge",
            "report",
            "idempotency",
            "transfer",
            "bulk");

    /** Words that everybody may use, wherever they are defined, each with its reason. They use nothing but each other. */
    static final Map<String, String> VOCABULARY = Map.of(
            "tenant.TenantId", "every call is in a tenant",
            "event.Actor", "every call is made by somebody, also below the event log",
            "event.ActorType", "part of an actor",
            "event.Origin", "every call comes from somewhere",
            "identity.Permission", "every service names what it asks for");

    /** Public classes of internal packages besides the wiring classes that other features use, each with its reason. */
    static final Map<String, String> SHARED_INTERNALS = Map.of(
            "conversation.internal.MessageDraft",
                    "a message that mail brought has parts that no caller of the public API may set",
            "conversation.internal.Outgoing", "how an answer leaves is given to conversation by mail, which is higher");

    /** Types of libraries that may change without a major release of ours. */
    private static final List<String> HIDDEN = List.of(
            "org.jdbi.",
            "com.cronutils.",
            "io.lettuce.",
            "com.nimbusds.",
            "org.bouncycastle.",
            "com.nulabinc.",
            "com.webauthn4j.",
            "com.fasterxml.",
            "tools.jackson.",
            "jakarta.mail.",
            "software.amazon.",
            "org.flywaydb.");

    private final String root;

    ArchitectureRules(String root) {
        this.root = root + ".";
    }

    Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("no cycles between features", noCycles());
        rules.put("each feature uses only lower ones", arrows());
        rules.put("nobody enters another feature's internal package", internals());
        rules.put("no type of a hidden library in public", signatures());
        rules.put("no clock but the one that was given", clocks());
        rules.put("nothing printed", prints());
        rules.put("no static state", statics());
        rules.put("every package is null-marked", marked());
        return rules;
    }

    private ArchRule noCycles() {
        return slices().matching(root + "(*)..")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(DescribedPredicate.alwaysTrue(), describe("vocabulary", this::isVocabulary));
    }

    private ArchRule arrows() {
        return classes().should(dependencies("use only lower features", (origin, target) -> {
            String from = feature(origin);
            String to = feature(target);
            if (from.equals(to) || from.isEmpty()) {
                return true;
            }
            if (isVocabulary(target) && !from.equals("error")) {
                return true;
            }
            return ORDER.indexOf(to) >= 0 && ORDER.indexOf(from) > ORDER.indexOf(to);
        }));
    }

    private ArchRule internals() {
        return classes()
                .should(dependencies(
                        "use of another feature's internal package only the wiring class", (origin, target) -> {
                            String to = feature(target);
                            boolean internal = path(target).startsWith(to + ".internal.");
                            return !internal
                                    || feature(origin).equals(to)
                                    || outermost(target).getSimpleName().endsWith("Feature")
                                    || SHARED_INTERNALS.containsKey(path(outermost(target)));
                        }));
    }

    /** For classes below the root that depend on classes below the root. */
    private ArchCondition<JavaClass> dependencies(String description, BiPredicate<JavaClass, JavaClass> allowed) {
        return condition(description, (origin, events) -> {
            for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getName().startsWith(root)
                        && origin.getName().startsWith(root)
                        && !target.getSimpleName().equals("package-info")
                        && !allowed.test(origin, target)) {
                    events.add(SimpleConditionEvent.violated(origin, dependency.getDescription()));
                }
            }
        });
    }

    private ArchRule signatures() {
        return classes().should(condition("show no type of a hidden library", (type, events) -> {
            if (!isPublicApi(type)) {
                return;
            }
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (isVisible(unit.getModifiers())) {
                    Set<String> shown = new TreeSet<>();
                    collect(unit.getReturnType(), shown);
                    unit.getParameterTypes().forEach(parameter -> collect(parameter, shown));
                    unit.getExceptionTypes().forEach(thrown -> shown.add(thrown.getName()));
                    report(type, unit.getFullName(), shown, events);
                }
            }
            type.getFields().stream()
                    .filter(field -> isVisible(field.getModifiers()))
                    .forEach(field -> {
                        Set<String> shown = new TreeSet<>();
                        collect(field.getType(), shown);
                        report(type, field.getFullName(), shown, events);
                    });
            type.getRawSuperclass().ifPresent(parent -> report(type, type.getName(), Set.of(parent.getName()), events));
        }));
    }

    private boolean isPublicApi(JavaClass type) {
        if (!type.getName().startsWith(root) || (type.getPackageName() + ".").contains(".internal.")) {
            return false;
        }
        for (JavaClass each = type; ; each = each.getEnclosingClass().get()) {
            if (!isVisible(each.getModifiers())) {
                return false;
            }
            if (each.getEnclosingClass().isEmpty()) {
                return true;
            }
        }
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    private static void collect(JavaType type, Set<String> names) {
        type.getAllInvolvedRawTypes()
                .forEach(raw -> names.add(raw.getBaseComponentType().getName()));
    }

    private static void report(JavaClass type, String where, Set<String> shown, ConditionEvents events) {
        for (String name : shown) {
            if (HIDDEN.stream().anyMatch(name::startsWith)) {
                events.add(SimpleConditionEvent.violated(type, where + " shows " + name));
            }
        }
    }

    private static ArchRule clocks() {
        return noClasses()
                .should(callMethod(Instant.class, "now"))
                .orShould(callMethod(System.class, "currentTimeMillis"))
                .orShould(callMethod(java.time.LocalDate.class, "now"))
                .orShould(callMethod(java.time.OffsetDateTime.class, "now"))
                .orShould(callMethod(java.time.ZonedDateTime.class, "now"));
    }

    private static ArchRule prints() {
        return noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould(callMethod(Throwable.class, "printStackTrace"));
    }

    private static ArchRule statics() {
        return fields().that().areStatic().should().beFinal();
    }

    private ArchRule marked() {
        return classes().should(condition("be in a package with @NullMarked", (type, events) -> {
            if (type.getName().startsWith(root) && !type.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        type, type.getPackageName() + " has no package-info with @NullMarked"));
            }
        }));
    }

    private static ArchCondition<JavaClass> condition(
            String description, BiConsumer<JavaClass, ConditionEvents> check) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                check.accept(item, events);
            }
        };
    }

    private boolean isVocabulary(JavaClass type) {
        return VOCABULARY.containsKey(path(outermost(type)));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureRules::outermost).orElse(type);
    }

    /** The name below the root, such as {@code ticket.internal.TicketStore}. */
    private String path(JavaClass type) {
        return type.getName().startsWith(root) ? type.getName().substring(root.length()) : "";
    }

    /** The first package below the root; empty for classes of the root itself. */
    private String feature(JavaClass type) {
        String path = path(type);
        int dot = path.indexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
