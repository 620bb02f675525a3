package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.internal.Parts;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/**
 * The HTTP API in an application of its own, under a prefix of the host's choice: {@code /api/v1} where the container reads
 * {@link ApplicationPath}. Every error is a problem document, also the framework's own. Thread-safe; does not close the
 * {@link InsightDesk}.
 *
 * <p>For Jersey: {@code new ServletContainer(ResourceConfig.forApplication(new InsightDeskApplication(insightDesk)))}.
 *
 * @since 0.1.0
 */
@ApplicationPath("api/v1")
public final class InsightDeskApplication extends Application {
    private final Set<Object> parts;

    /**
     * Makes the application with default options.
     *
     * @param insightDesk what it answers from
     */
    public InsightDeskApplication(InsightDesk insightDesk) {
        this(insightDesk, ApiOptions.defaults());
    }

    /**
     * Makes the application.
     *
     * @param insightDesk what it answers from
     * @param options the host's choices
     */
    public InsightDeskApplication(InsightDesk insightDesk, ApiOptions options) {
        this.parts = Parts.isolated(requireNonNull(insightDesk, "insightDesk"), requireNonNull(options, "options"));
    }

    /**
     * Lists the resources.
     *
     * @return the classes
     */
    @Override
    public Set<Class<?>> getClasses() {
        return Parts.resources();
    }

    /**
     * Lists the providers, which hold the {@link InsightDesk}.
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
        return Map.of(
                "jersey.config.server.wadl.disableWadl",
                true,
                "jersey.config.server.response.setStatusOverSendError",
                true,
                "jersey.config.disableAutoDiscovery",
                true);
    }
}
