package io.insightdesk.login.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of links by which customers log in. */
final class LinkStore {

    /**
     * A link that was sent.
     *
     * @param id that of the request, so that of a later request it is greater
     * @param email where it was sent
     * @param customer whose address that is; null for nobody's
     * @param createdAt when it was asked for
     * @param expiresAt until when it is good
     */
    record Link(UUID id, String email, @Nullable CustomerId customer, Instant createdAt, Instant expiresAt) {

        @Override
        public String toString() {
            return "Link[" + id + "]";
        }
    }

    private static final String REPLACE = """
            insert into {schema}.login_link as l (
              tenant_id, id, email, customer_id, secret_hash, binding_hash, created_at, expires_at)
            values (:tenant, :id, :email, :customer, :secret, :binding, :createdAt, :expiresAt)
            on conflict (tenant_id, email) do update
            set id = excluded.id, customer_id = excluded.customer_id, secret_hash = excluded.secret_hash,
              binding_hash = excluded.binding_hash, created_at = excluded.created_at, expires_at = excluded.expires_at
            where l.id <= excluded.id
            """;

    /** Puts a link in the place of earlier ones of the address; false where there is a later one. */
    boolean replace(Tx tx, Link link, byte[] secretHash, byte[] bindingHash) {
        CustomerId customer = link.customer();
        return tx.update(REPLACE)
                        .bind("id", link.id())
                        .bind("email", link.email())
                        .bindByType("customer", customer == null ? null : customer.value(), UUID.class)
                        .bind("secret", secretHash)
                        .bind("binding", bindingHash)
                        .bind("createdAt", link.createdAt())
                        .bind("expiresAt", link.expiresAt())
                        .execute()
                == 1;
    }

    private static final String FIND = """
            select id, email, customer_id, created_at, expires_at
            from {schema}.login_link
            where tenant_id = :tenant and id = :id and secret_hash = :secret and expires_at > :now
            """;

    /** A link that is good, in whatever browser. */
    Optional<Link> find(Tx tx, OpaqueToken token, Instant now) {
        return tx.query(FIND)
                .bind("id", token.id())
                .bind("secret", token.hash())
                .bind("now", now)
                .map((row, context) -> link(row))
                .findOne();
    }

    private static final String HOLD_ADDRESS = """
            select true
            from {schema}.customer_address a
            join {schema}.customer c on c.tenant_id = a.tenant_id and c.id = a.customer_id and c.erased_at is null
            where a.tenant_id = :tenant and a.address = :email and a.customer_id = :customer
            for key share of a
            """;

    /** Whether the address is the customer's, from whom nobody can take it before the end of this transaction. */
    boolean holdAddress(Tx tx, String email, CustomerId customer) {
        return tx.query(HOLD_ADDRESS)
                .bind("email", email)
                .bind("customer", customer.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    private static final String TAKE = """
            delete from {schema}.login_link
            where tenant_id = :tenant and id = :id and secret_hash = :secret and binding_hash = :binding
            """;

    /** Spends a link in the browser that asked for it: of two who come with the same at once one is told so. */
    boolean take(Tx tx, OpaqueToken token, byte[] bindingHash) {
        return tx.update(TAKE)
                        .bind("id", token.id())
                        .bind("secret", token.hash())
                        .bind("binding", bindingHash)
                        .execute()
                == 1;
    }

    private static final String IS_BOUND = """
            select exists (
              select
              from {schema}.login_link
              where tenant_id = :tenant and id = :id and binding_hash = :binding)
            """;

    boolean isBound(Tx tx, UUID id, byte[] bindingHash) {
        return tx.query(IS_BOUND)
                .bind("id", id)
                .bind("binding", bindingHash)
                .mapTo(Boolean.class)
                .one();
    }

    private static final String PURGE = """
            delete from {schema}.login_link
            where tenant_id = :tenant and expires_at <= :now
            """;

    void purge(Tx tx, Instant now) {
        tx.update(PURGE).bind("now", now).execute();
    }

    private static Link link(ResultSet row) throws SQLException {
        UUID customer = row.getObject("customer_id", UUID.class);
        return new Link(
                row.getObject("id", UUID.class),
                row.getString("email"),
                customer == null ? null : new CustomerId(customer),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }
}
