package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.identity.HostIdentity;
import io.insightdesk.tenant.TenantId;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a host can choose about the HTTP API. Immutable and thread-safe; made by {@link #builder()}.
 *
 * @since 0.1.0
 */
public final class ApiOptions {
    /** The greatest JSON body in bytes, unless {@link Builder#maxJsonBytes} says otherwise. */
    public static final int DEFAULT_MAX_JSON_BYTES = 8 * 1024 * 1024;

    /**
     * The name of the property of a request that says from which network address it comes, for the audit trail. The API cannot find
     * it out by itself: a filter of the host sets it, as a property of the request or, in servlet containers, as an attribute of
     * the servlet request. Whoever stands behind a proxy says there whose {@code X-Forwarded-For} is believed.
     */
    public static final String CLIENT_ADDRESS = "io.insightdesk.clientAddress";

    private final int maxJsonBytes;
    private final @Nullable HostIdentity hostIdentity;
    private final @Nullable Function<Principal, Optional<TenantId>> hostTenant;

    private ApiOptions(Builder builder) {
        this.maxJsonBytes = builder.maxJsonBytes;
        this.hostIdentity = builder.hostIdentity;
        this.hostTenant = builder.hostTenant;
    }

    /**
     * The options where nothing is chosen.
     *
     * @return API tokens only, default limits
     */
    public static ApiOptions defaults() {
        return builder().build();
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The greatest JSON body.
     *
     * @return the limit in bytes
     */
    public int maxJsonBytes() {
        return maxJsonBytes;
    }

    /**
     * Finds the desk of a user of the host.
     *
     * @param insightDesk the help desk
     * @param principal who the host says it is
     * @return the desk; empty where the host's users are not let in, or this one is nobody here
     */
    public Optional<Desk> deskOf(InsightDesk insightDesk, Principal principal) {
        HostIdentity identity = hostIdentity;
        Function<Principal, Optional<TenantId>> tenant = hostTenant;
        if (identity == null || tenant == null) {
            return Optional.empty();
        }
        return tenant.apply(principal)
                .flatMap(id -> identity.identify(principal)
                        .map(user -> insightDesk.tenant(id).as(user)));
    }

    /** Collects choices. Not thread-safe. */
    public static final class Builder {
        private int maxJsonBytes = DEFAULT_MAX_JSON_BYTES;
        private @Nullable HostIdentity hostIdentity;
        private @Nullable Function<Principal, Optional<TenantId>> hostTenant;

        private Builder() {}

        /**
         * Limits JSON bodies; {@link #DEFAULT_MAX_JSON_BYTES} otherwise.
         *
         * @param bytes the greatest size, at least 1
         * @return this
         */
        public Builder maxJsonBytes(int bytes) {
            this.maxJsonBytes = bytes;
            return this;
        }

        /**
         * Lets the host's own users in, beside API tokens: whom the host has authenticated, as told by the request's
         * {@link jakarta.ws.rs.core.SecurityContext}. Where the host authenticates by cookies it answers for protection against
         * forged requests from other sites.
         *
         * @param identity tells which users are agents
         * @param tenant tells to which tenant a user belongs; empty for none
         * @return this
         */
        public Builder hostIdentity(HostIdentity identity, Function<Principal, Optional<TenantId>> tenant) {
            this.hostIdentity = requireNonNull(identity, "identity");
            this.hostTenant = requireNonNull(tenant, "tenant");
            return this;
        }

        /**
         * Checks and makes them.
         *
         * @return the options
         * @throws IllegalArgumentException when the limit is less than 1 byte
         */
        public ApiOptions build() {
            if (maxJsonBytes < 1 || maxJsonBytes == Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a JSON body has at least 1 byte and less than 2 GiB, not " + maxJsonBytes);
            }
            return new ApiOptions(this);
        }
    }
}
