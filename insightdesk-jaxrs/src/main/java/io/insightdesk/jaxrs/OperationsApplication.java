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
    private final Set<Object> parts;

    /**
     * Makes the application.
     *
     * @param insightDesk what is looked at
     * @param health whether to answer {@code /health}
     * @param metrics whether to answer {@code /metrics}: in Prometheus' text format, where the meter registry of the {@link
     *     InsightDesk} is a {@code PrometheusMeterRegistry} or composed of one; 404 otherwise
     */
    public OperationsApplication(InsightDesk insightDesk, boolean health, boolean metrics) {
        this.parts = Operations.parts(requireNonNull(insightDesk, "insightDesk"), health, metrics);
    }

    /**
     * Lists the resources and providers.
     *
     * @return the instances
     */
    @Override
    @SuppressWarnings(
            "deprecation") // The only way of Jakarta REST to register instances without the implementation's own API.
    public Set<Object> getSingletons() {
        return Set.copyOf(parts);
    }

    /**
     * Keeps Jersey from adding resources and error pages of its own; other implementations ignore it.
     *
     * @return the properties
     */
    @Override
    public Map<String, Object> getProperties() {
        return Operations.properties();
    }
}
