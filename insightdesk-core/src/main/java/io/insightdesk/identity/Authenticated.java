package io.insightdesk.identity;

import io.insightdesk.event.Actor;
import io.insightdesk.limit.AddressRange;
import io.insightdesk.tenant.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom an API token stands for.
 *
 * @param tenant the tenant
 * @param actor the token's agent, or the token itself where it belongs to none; through {@code api}
 * @param token the token, whose role limits what the actor may do
 * @param requestsPerMinute how many requests the token may make per minute; null for as many as others
 * @param addressRanges from where the token may be used, which whoever serves the request checks; empty for from everywhere
 * @since 0.1.0
 */
public record Authenticated(
        TenantId tenant,
        Actor actor,
        ApiTokenId token,
        @Nullable Integer requestsPerMinute,
        List<AddressRange> addressRanges) {

    /** Copies the list. */
    public Authenticated {
        addressRanges = List.copyOf(addressRanges);
    }
}
