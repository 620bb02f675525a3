package io.insightdesk.login.internal;

import io.insightdesk.internal.db.Tx;
import java.time.Instant;
import java.util.Optional;

/** SQL of logins on their way to a provider and back. */
final class OpenIdStore {

    /** What was sent along, to be compared with what comes back. */
    record Pending(String provider, String nonce, String verifier) {

        @Override
        public String toString() {
            return "Pending[" + provider + "]";
        }
    }

    private static final String ADD = """
            insert into {schema}.login_openid (
              tenant_id, id, secret_hash, binding_hash, provider, nonce, verifier, expires_at)
            values (:tenant, :id, :secret, :binding, :provider, :nonce, :verifier, :expiresAt)
            """;

    void add(Tx tx, OpaqueToken state, OpaqueToken binding, Pending pending, Instant expiresAt) {
        tx.update(ADD)
                .bind("id", state.id())
                .bind("secret", state.hash())
                .bind("binding", binding.hash())
                .bind("provider", pending.provider())
                .bind("nonce", pending.nonce())
                .bind("verifier", pending.verifier())
                .bind("expiresAt", expiresAt)
                .execute();
    }

    private static final String TAKE = """
            delete from {schema}.login_openid
            where tenant_id = :tenant and id = :id and secret_hash = :secret and binding_hash = :binding and expires_at > :now
            returning provider, nonce, verifier
            """;

    /** Once: of two who come with the same at once, one gets it. */
    Optional<Pending> take(Tx tx, OpaqueToken state, OpaqueToken binding, Instant now) {
        return tx.query(TAKE)
                .bind("id", state.id())
                .bind("secret", state.hash())
                .bind("binding", binding.hash())
                .bind("now", now)
                .map((row, context) ->
                        new Pending(row.getString("provider"), row.getString("nonce"), row.getString("verifier")))
                .findOne();
    }

    private static final String PURGE = """
            delete from {schema}.login_openid
            where tenant_id = :tenant and expires_at <= :now
            """;

    void purge(Tx tx, Instant now) {
        tx.update(PURGE).bind("now", now).execute();
    }
}
