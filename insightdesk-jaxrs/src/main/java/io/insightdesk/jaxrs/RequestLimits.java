package io.insightdesk.jaxrs;

import io.insightdesk.limit.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * How many requests are answered; beyond, they get 429 with {@code Retry-After}. Counted over all nodes; see {@link
 * io.insightdesk.limit.RateLimiter} for how exactly.
 *
 * @param perActor of each API token, or of each user of the host; a token's own limit goes first. Null for no limit
 * @param perTenant of all actors of a tenant together; null for no limit
 * @param perAddress of each client address (of IPv6: each network of 64 bits) without or with a wrong authentication; who is known is
 *     never held up by others at the same address. Null for no limit
 * @since 0.1.0
 */
public record RequestLimits(
        @Nullable RateLimit perActor,
        @Nullable RateLimit perTenant,
        @Nullable RateLimit perAddress) {

    /** Of each actor, 6,000 per minute. */
    public static final RateLimit DEFAULT_PER_ACTOR = RateLimit.perMinute(6_000);

    /** Of each tenant, 30,000 per minute. */
    public static final RateLimit DEFAULT_PER_TENANT = RateLimit.perMinute(30_000);

    /** Of each address without authentication, 600 per minute. */
    public static final RateLimit DEFAULT_PER_ADDRESS = RateLimit.perMinute(600);

    /**
     * The limits where nothing is chosen.
     *
     * @return generous limits, which only programs reach that do not wait
     */
    public static RequestLimits defaults() {
        return new RequestLimits(DEFAULT_PER_ACTOR, DEFAULT_PER_TENANT, DEFAULT_PER_ADDRESS);
    }

    /**
     * No limits, but for tokens that have their own.
     *
     * @return for hosts that limit requests themselves
     */
    public static RequestLimits none() {
        return new RequestLimits(null, null, null);
    }
}
