package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.internal.Parts;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import java.util.Set;

/**
 * The HTTP API inside a host's own application. Its readers and writers are for its own types, its exception mappers for its own
 * exceptions, and its filters are bound to its own resources; the framework's errors (404, 405, 406, 415 and malformed
 * addresses) remain the host's. Thread-safe; does not close the {@link InsightDesk}.
 *
 * <p>The host's {@code Application} returns an instance of this from {@code getSingletons()}, and {@link #resources()} among its
 * {@code getClasses()}: a feature cannot register resources on every implementation.
 *
 * @since 0.1.0
 */
public final class InsightDeskFeature implements Feature {
    private final InsightDesk insightDesk;
    private final ApiOptions options;

    /**
     * Makes the feature.
     *
     * @param insightDesk what the resources answer from
     * @param options the host's choices
     */
    public InsightDeskFeature(InsightDesk insightDesk, ApiOptions options) {
        this.insightDesk = requireNonNull(insightDesk, "insightDesk");
        this.options = requireNonNull(options, "options");
    }

    /**
     * Lists the resources, whose paths begin with {@code tickets}, {@code customers} and so on.
     *
     * @return the classes; they have constructors without arguments
     */
    public static Set<Class<?>> resources() {
        return Parts.resources();
    }

    @Override
    public boolean configure(FeatureContext context) {
        Parts.shared(insightDesk, options).forEach(context::register);
        return true;
    }
}
