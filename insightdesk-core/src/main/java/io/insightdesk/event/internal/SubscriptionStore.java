package io.insightdesk.event.internal;

import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** SQL of subscriptions and of how far they are. */
final class SubscriptionStore {

    private static final String INSERT = """
            insert into {schema}.event_subscription (name)
            values (:name)
            on conflict do nothing
            """;

    /** In a transaction across tenants. */
    int insert(Tx tx, String name) {
        return tx.update(INSERT).bind("name", name).execute();
    }

    /** Up to which number of a ticket's events a subscription wants, and has. */
    record Marker(long wanted, long delivered) {}

    private static final String FIND = """
            select wanted, delivered
            from {schema}.event_marker
            where tenant_id = :tenant and subscription = :subscription and ticket_id = :ticketId
            """;

    Optional<Marker> find(Tx tx, String subscription, UUID ticketId) {
        return tx.query(FIND)
                .bind("subscription", subscription)
                .bind("ticketId", ticketId)
                .map((row, context) -> marker(row))
                .findOne();
    }

    private static final String ADVANCE = """
            update {schema}.event_marker
            set delivered = greatest(delivered, :delivered)
            where tenant_id = :tenant and subscription = :subscription and ticket_id = :ticketId
            returning wanted, delivered
            """;

    /** Notes what is delivered, and keeps writers of the ticket's events waiting until the transaction ends. */
    Optional<Marker> advance(Tx tx, String subscription, UUID ticketId, long delivered) {
        return tx.query(ADVANCE)
                .bind("subscription", subscription)
                .bind("ticketId", ticketId)
                .bind("delivered", delivered)
                .map((row, context) -> marker(row))
                .findOne();
    }

    private static Marker marker(ResultSet row) throws SQLException {
        return new Marker(row.getLong("wanted"), row.getLong("delivered"));
    }
}
