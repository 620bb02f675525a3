package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.internal.Operations;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/**
 * What whoever runs the library looks at: {@code /health/live}, {@code /health/ready}, {@code /health/started} and {@code
 * /metrics}. An application of its own, to be mounted beside the API, at the root or on another port; it asks nobody for a token,
 * so keep it from the outside. Thread-safe; does not close the {@link InsightDesk}.
 *
 * @since 0.1.0
 */
public final class OperationsApplication extends Application {
    private final Set<Class<?>> resources;
    private final Set<Object> providers;
    private final Map<String, Object> properties;

    /**
     * Makes the application.
     *
     * @param insightDesk what is looked at
     * @param health whether to answer {@code /health}
     * @param metrics whether to answer {@code /metrics}: in Prometheus' text format, where the meter registry of the {@link
     *     InsightDesk} is a {@code PrometheusMeterRegistry} or composed of one; 404 otherwise
     */
    public OperationsApplication(InsightDesk insightDesk, boolean health, boolean metrics) {
        this.resources = Operations.resources(health, metrics);
        this.providers = Operations.providers();
        this.properties = Operations.properties(requireNonNull(insightDesk, "insightDesk"));
    }

    /**
     * Lists the resources.
     *
     * @return the classes
     */
    @Override
    public Set<Class<?>> getClasses() {
        return resources;
    }

    /**
     * Lists the providers.
     *
     * @return the instances
     */
    @Override
    @SuppressWarnings(
            "deprecation") // The only way of Jakarta REST to register instances without the implementation's own API.
    public Set<Object> getSingletons() {
        return Set.copyOf(providers);
    }

    /**
     * Holds what the resources answer from, and keeps Jersey from adding resources and error pages of its own.
     *
     * @return the properties
     */
    @Override
    public Map<String, Object> getProperties() {
        return Map.copyOf(properties);
    }
}
