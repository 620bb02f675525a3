package io.insightdesk.jaxrs.internal;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import jakarta.ws.rs.core.Application;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The wiring of what whoever runs the library looks at. */
public final class Operations {
    private Operations() {}

    private static final String INSIGHT_DESK = Operations.class.getName();

    /** The resources; they find the {@link InsightDesk} among the properties of their application. */
    public static Set<Class<?>> resources(boolean health, boolean metrics) {
        Set<Class<?>> resources = new LinkedHashSet<>();
        if (health) {
            resources.add(HealthResource.class);
        }
        if (metrics) {
            resources.add(MetricsResource.class);
        }
        return resources;
    }

    /** The providers. */
    public static Set<Object> providers() {
        return Set.of(new WireWriter(), new AnyProblemMapper());
    }

    /** The properties of the application. */
    public static Map<String, Object> properties(InsightDesk insightDesk) {
        Map<String, Object> properties = new LinkedHashMap<>(properties());
        properties.put(INSIGHT_DESK, insightDesk);
        return properties;
    }

    /** What an application of these properties answers from. */
    static InsightDesk insightDesk(@Nullable Application application) {
        return (InsightDesk) requireNonNull(
                requireNonNull(application, "application").getProperties().get(INSIGHT_DESK));
    }

    /** What keeps Jersey from adding resources and error pages of its own. */
    public static Map<String, Object> properties() {
        return Map.of(
                "jersey.config.server.wadl.disableWadl",
                true,
                "jersey.config.server.response.setStatusOverSendError",
                true,
                "jersey.config.disableAutoDiscovery",
                true);
    }
}
