package io.insightdesk.identity.internal;

import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.identity.Role;
import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** SQL of who may do what. */
final class RoleStore {

    private static final String OF_AGENT = """
            select role
            from {schema}.agent
            where tenant_id = :tenant and id = :id and active
            """;

    /** The role of an agent who may work. */
    Optional<Role> ofAgent(Tx tx, UUID id) {
        return tx.query(OF_AGENT).bind("id", id).mapTo(String.class).findOne().map(Role::of);
    }

    private static final String OF_TOKEN = """
            select role
            from {schema}.api_token
            where tenant_id = :tenant and id = :id and revoked_at is null
              and (expires_at is null or expires_at > :now)
            """;

    /** The role of a token that is good now. */
    Optional<Role> ofToken(Tx tx, ApiTokenId id, Instant now) {
        return tx.query(OF_TOKEN)
                .bind("id", id.value())
                .bind("now", now)
                .mapTo(String.class)
                .findOne()
                .map(Role::of);
    }
}
