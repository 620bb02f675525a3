package io.insightdesk.transfer;

import io.insightdesk.tenant.TenantId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The deletion of a tenant, under way or done. It is kept for good and holds nothing personal.
 *
 * @param tenant the tenant
 * @param slugSha256 the SHA-256 of the tenant's slug in UTF-8, in hex, by which somebody who knows the slug finds it
 * @param requestedAt when it was asked for
 * @param removed how many rows were removed so far, by table; the rows of the list of blobs stand for as many contents
 * @param finishedAt when it was proved that nothing is left; null before
 * @param proof how many rows of the tenant were found then, by table, for every table that the database's catalogue knows: all are
 *     0; empty before
 * @since 0.1.0
 */
public record TenantDeletion(
        TenantId tenant,
        String slugSha256,
        Instant requestedAt,
        Map<String, Long> removed,
        @Nullable Instant finishedAt,
        Map<String, Long> proof) {

    /** Makes the maps unmodifiable. */
    public TenantDeletion {
        removed = Map.copyOf(removed);
        proof = Map.copyOf(proof);
    }
}
