package io.insightdesk.jaxrs.internal;

import io.insightdesk.Desk;
import io.insightdesk.error.LimitReachedException;
import io.insightdesk.event.Actor;
import io.insightdesk.identity.Authenticated;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.limit.RateBucket;
import io.insightdesk.limit.RateDecision;
import io.insightdesk.limit.RateLimit;
import io.insightdesk.limit.RateLimiter;
import io.insightdesk.limit.RateStanding;
import io.insightdesk.tenant.Tenants;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts requests, and refuses those that are too many or come from where they must not. */
final class RequestCounter {
    private static final String DECISION = "io.insightdesk.limits";
    private static final int IPV4_HOST = 32;
    private static final int IPV6_NETWORK = 64;

    private final RateLimiter limiter;
    private final Tenants tenants;
    private final ApiOptions options;

    RequestCounter(RateLimiter limiter, Tenants tenants, ApiOptions options) {
        this.limiter = limiter;
        this.tenants = tenants;
        this.options = options;
    }

    /** Counts a request that nobody answers for, whether it needed to or not. */
    void anonymous(ContainerRequestContext request) {
        RateLimit limit = options.requestLimits().perAddress();
        Optional<InetAddress> client = ClientAddress.of(request, options);
        if (limit != null && client.isPresent()) {
            AddressRange network = AddressRange.around(client.get(), IPV4_HOST, IPV6_NETWORK);
            count(request, List.of(new RateBucket("http-address", network.toString(), limit)));
        }
    }

    /** Counts a request of somebody; {@code token} is null where a host's user came without one. */
    void known(ContainerRequestContext request, Desk desk, @Nullable Authenticated token) {
        if (token != null && !token.addressRanges().isEmpty()) {
            requireAddress(request, token.addressRanges());
        }
        String tenant = desk.tenant().toString();
        List<RateBucket> buckets = new ArrayList<>();
        RateLimit perActor = options.requestLimits().perActor();
        if (token != null && token.requestsPerMinute() != null) {
            perActor = RateLimit.perMinute(token.requestsPerMinute());
        }
        if (perActor != null) {
            Actor actor = desk.actor();
            String who =
                    token == null || token.token() == null ? actor.type() + " " + actor.id() : "token " + token.token();
            buckets.add(new RateBucket("http-actor", tenant + " " + who, perActor));
        }
        OptionalInt plan = tenants.requestsPerMinute(desk.tenant());
        RateLimit perTenant = plan.isPresent()
                ? RateLimit.perMinute(Math.min(plan.getAsInt(), RateLimit.MAX_PERMITS))
                : options.requestLimits().perTenant();
        if (perTenant != null) {
            buckets.add(new RateBucket("http-tenant", tenant, perTenant));
        }
        if (!buckets.isEmpty()) {
            count(request, buckets);
        }
    }

    private void requireAddress(ContainerRequestContext request, List<AddressRange> ranges) {
        Optional<InetAddress> client = ClientAddress.of(request, options);
        if (client.isEmpty() || ranges.stream().noneMatch(range -> range.contains(client.get()))) {
            anonymous(request);
            throw new ProblemException(
                    403,
                    "address_not_allowed",
                    "This token may not be used from the address that the request came from.");
        }
    }

    private void count(ContainerRequestContext request, List<RateBucket> buckets) {
        RateDecision decision = limiter.take(buckets);
        request.setProperty(DECISION, decision);
        if (!decision.allowed()) {
            RateStanding empty =
                    Collections.max(decision.standings(), Comparator.comparing(RateStanding::availableAfter));
            RateLimit limit = empty.bucket().limit();
            throw new LimitReachedException(
                    "rate_limited",
                    "More than " + limit.permits() + " requests per "
                            + limit.period().toSeconds() + " s for this " + name(empty.bucket())
                            + ". Wait as long as Retry-After says.",
                    decision.retryAfter());
        }
    }

    /** Tells how much is left, as the draft of the IETF's HTTP API group has it (draft-ietf-httpapi-ratelimit-headers). */
    static void tell(ContainerRequestContext request, MultivaluedMap<String, Object> headers) {
        if (request.getProperty(DECISION) instanceof RateDecision decision) {
            headers.putSingle(
                    "RateLimit-Policy",
                    list(
                            decision,
                            standing -> ";q=" + standing.bucket().limit().permits() + ";w="
                                    + standing.bucket().limit().period().toSeconds()));
            headers.putSingle(
                    "RateLimit",
                    list(
                            decision,
                            standing ->
                                    ";r=" + standing.remaining() + ";t=" + Problems.roundedUp(standing.fullAfter())));
        }
    }

    private static String list(RateDecision decision, Function<RateStanding, String> parameters) {
        return decision.standings().stream()
                .map(standing -> "\"" + name(standing.bucket()) + "\"" + parameters.apply(standing))
                .collect(Collectors.joining(", "));
    }

    private static String name(RateBucket bucket) {
        return bucket.policy().substring("http-".length());
    }
}
