package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import io.insightdesk.InsightDesk;
import io.insightdesk.identity.HostIdentity;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.tenant.TenantId;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;
import java.util.List;
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

    /** Where the pages that explain problems are, unless {@link Builder#problemPages} says otherwise. */
    public static final String DEFAULT_PROBLEM_PAGES = "https://insightdesk.io/problems/#";

    private final int maxJsonBytes;
    private final RequestLimits requestLimits;
    private final List<AddressRange> trustedProxies;
    private final Cors cors;
    private final String problemPages;
    private final Function<ContainerRequestContext, Optional<String>> peerAddress;
    private final @Nullable HostIdentity hostIdentity;
    private final @Nullable Function<Principal, Optional<TenantId>> hostTenant;
    private final @Nullable TenantResolver tenantResolver;
    private final BiPredicate<Principal, TenantId> member;

    private ApiOptions(Builder builder) {
        this.maxJsonBytes = builder.maxJsonBytes;
        this.requestLimits = builder.requestLimits;
        this.trustedProxies = builder.trustedProxies;
        this.cors = builder.cors;
        this.problemPages = builder.problemPages;
        this.peerAddress = builder.peerAddress;
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
     * How many requests are answered.
     *
     * @return the limits
     */
    public RequestLimits requestLimits() {
        return requestLimits;
    }

    /**
     * Whose {@code X-Forwarded-For} is believed.
     *
     * @return the addresses of the proxies; unmodifiable, empty where there are none
     */
    public List<AddressRange> trustedProxies() {
        return trustedProxies;
    }

    /**
     * Which pages of other origins may call.
     *
     * @return the rule
     */
    public Cors cors() {
        return cors;
    }

    /**
     * What the {@code type} of a problem begins with.
     *
     * @return an address that a problem's code is appended to
     */
    public String problemPages() {
        return problemPages;
    }

    /**
     * Asks the host who is at the other end of the connection.
     *
     * @param request a request
     * @return the address; empty where the host leaves that to the servlet container
     */
    public Optional<String> peerAddress(ContainerRequestContext request) {
        return peerAddress.apply(request);
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
        private RequestLimits requestLimits = RequestLimits.defaults();
        private List<AddressRange> trustedProxies = List.of();
        private Cors cors = Cors.closed();
        private String problemPages = DEFAULT_PROBLEM_PAGES;
        private Function<ContainerRequestContext, Optional<String>> peerAddress = request -> Optional.empty();
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
         * Limits how many requests are answered; {@link RequestLimits#defaults()} otherwise.
         *
         * @param value the limits
         * @return this
         */
        public Builder requestLimits(RequestLimits value) {
            this.requestLimits = requireNonNull(value, "value");
            return this;
        }

        /**
         * Believes the {@code X-Forwarded-For} and {@code X-Forwarded-Proto} of some proxies; nobody's otherwise. Name all proxies
         * that stand in a row before this server, and nothing else: whoever is named can say that a request came from anywhere. The
         * header {@code Forwarded} (RFC 7239) is not read, for a proxy that writes one of the two lets the client's own other one
         * through.
         *
         * @param ranges their addresses
         * @return this
         */
        public Builder trustedProxies(List<AddressRange> ranges) {
            this.trustedProxies = List.copyOf(ranges);
            return this;
        }

        /**
         * Lets pages of other origins call from a browser; {@link Cors#closed()} otherwise. Only for an {@link
         * InsightDeskApplication}.
         *
         * @param value the rule
         * @return this
         */
        public Builder cors(Cors value) {
            this.cors = requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets where the pages are that explain problems; {@link #DEFAULT_PROBLEM_PAGES} otherwise.
         *
         * @param base an absolute address that a problem's code is appended to, such as {@code https://help.example.com/problems/}
         * @return this
         */
        public Builder problemPages(String base) {
            this.problemPages = requireNonNull(base, "base");
            return this;
        }

        /**
         * Tells who is at the other end of a request's connection, where no servlet container does. Without either, requests are
         * not counted by address, and tokens that may be used from some addresses only are refused.
         *
         * @param peer gives the address, such as {@code 192.0.2.7}, of the last proxy or the client; empty to leave it to the
         *     servlet container
         * @return this
         */
        public Builder peerAddress(Function<ContainerRequestContext, Optional<String>> peer) {
            this.peerAddress = requireNonNull(peer, "peer");
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
         * @throws IllegalArgumentException when the limit is less than 1 byte, or the pages of problems have no absolute address
         */
        public ApiOptions build() {
            if (maxJsonBytes < 1 || maxJsonBytes == Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a JSON body has at least 1 byte and less than 2 GiB, not " + maxJsonBytes);
            }
            if (!problemPages.matches("https?://[!-~]+")) {
                throw new IllegalArgumentException("the pages of problems have an absolute address such as "
                        + DEFAULT_PROBLEM_PAGES + ", not " + problemPages);
            }
            return new ApiOptions(this);
        }
    }
}
