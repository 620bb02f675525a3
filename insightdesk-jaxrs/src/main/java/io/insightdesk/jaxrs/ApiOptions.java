package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.identity.HostIdentity;
import io.insightdesk.tenant.TenantId;
import java.security.Principal;
import java.util.Optional;
import java.util.function.BiPredicate;
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

    private final int maxJsonBytes;
    private final @Nullable HostIdentity hostIdentity;
    private final @Nullable Function<Principal, Optional<TenantId>> hostTenant;
    private final @Nullable TenantResolver tenantResolver;
    private final BiPredicate<Principal, TenantId> member;

    private ApiOptions(Builder builder) {
        this.maxJsonBytes = builder.maxJsonBytes;
        this.hostIdentity = builder.hostIdentity;
        this.hostTenant = builder.hostTenant;
        this.tenantResolver = builder.tenantResolver;
        this.member = builder.member;
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
     * Tells which tenant a request names.
     *
     * @return the resolver; empty where requests name none
     */
    public Optional<TenantResolver> tenantResolver() {
        return Optional.ofNullable(tenantResolver);
    }

    /**
     * Finds the desk of a user of the host.
     *
     * @param insightDesk the help desk
     * @param principal who the host says it is
     * @param named the tenant that the request names; null where it names none, or there is no such tenant
     * @return the desk; empty where the host's users are not let in, or this one is nobody here
     */
    public Optional<Desk> deskOf(InsightDesk insightDesk, Principal principal, @Nullable TenantId named) {
        HostIdentity identity = hostIdentity;
        if (identity == null) {
            return Optional.empty();
        }
        Function<Principal, Optional<TenantId>> tenant = hostTenant;
        Optional<TenantId> chosen = tenant != null
                ? tenant.apply(principal)
                : Optional.ofNullable(named).filter(id -> member.test(principal, id));
        return chosen.flatMap(id ->
                identity.identify(principal).map(user -> insightDesk.tenant(id).as(user)));
    }

    /** Collects choices. Not thread-safe. */
    public static final class Builder {
        private int maxJsonBytes = DEFAULT_MAX_JSON_BYTES;
        private @Nullable HostIdentity hostIdentity;
        private @Nullable Function<Principal, Optional<TenantId>> hostTenant;
        private @Nullable TenantResolver tenantResolver;
        private BiPredicate<Principal, TenantId> member = (principal, tenant) -> false;

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
            this.tenantResolver = null;
            return this;
        }

        /**
         * Lets the host's own users in, in the tenant that the request names, where they belong to it. Otherwise as
         * {@link #hostIdentity(HostIdentity, Function)}. A request with an API token that names another tenant than the token's is
         * refused.
         *
         * @param identity tells which users are agents
         * @param named tells which tenant a request names, such as {@link TenantResolver#hostName}
         * @param member tells whether a user belongs to a tenant; asked with each request
         * @return this
         */
        public Builder hostIdentity(
                HostIdentity identity, TenantResolver named, BiPredicate<Principal, TenantId> member) {
            this.hostIdentity = requireNonNull(identity, "identity");
            this.tenantResolver = requireNonNull(named, "named");
            this.member = requireNonNull(member, "member");
            this.hostTenant = null;
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
