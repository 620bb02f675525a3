package io.insightdesk.devenv.junit;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import io.insightdesk.devenv.servers.Mode;
import io.insightdesk.devenv.servers.Service;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** What a class says about its environment. */
record Settings(
        Mode mode,
        Set<Service> services,
        boolean migrated,
        boolean allowOpenConnections,
        Consumer<InsightDesk.Builder> insightDesk) {

    static final Settings DEFAULT = new Settings(Mode.AUTO, Set.of(), true, false, builder -> {});

    Settings {
        requireNonNull(mode, "mode");
        services = Set.copyOf(services);
        requireNonNull(insightDesk, "insightDesk");
    }

    /** Reads the annotation of the class or, for a nested one, of the nearest class around it that has one. */
    static Settings of(ExtensionContext context) {
        for (Class<?> type = context.getTestClass().orElse(null); type != null; type = type.getEnclosingClass()) {
            var found = AnnotationSupport.findAnnotation(type, DevEnvironmentTest.class);
            if (found.isPresent()) {
                return of(found.get());
            }
        }
        return DEFAULT;
    }

    private static Settings of(DevEnvironmentTest said) {
        return new Settings(
                said.mode(),
                Set.copyOf(List.of(said.services())),
                said.migrated(),
                said.allowOpenConnections(),
                builder -> {});
    }
}
