package io.insightdesk.jaxrs.internal;

import io.insightdesk.InsightDesk;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The wiring of what whoever runs the library looks at. */
public final class Operations {
    private Operations() {}

    /** The resources and providers. */
    public static Set<Object> parts(InsightDesk insightDesk, boolean health, boolean metrics) {
        Set<Object> parts = new LinkedHashSet<>();
        parts.add(new WireWriter());
        parts.add(new AnyProblemMapper());
        if (health) {
            parts.add(new HealthResource(insightDesk));
        }
        if (metrics) {
            parts.add(new MetricsResource(insightDesk.meterRegistry()));
        }
        return parts;
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
