package io.insightdesk.transfer.internal;

import io.insightdesk.customer.CustomerId;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.transfer.HoldTarget;
import io.insightdesk.transfer.LegalHold;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of legal holds. */
final class HoldStore {

    /** True for a ticket {@code t} that is held, itself or through its requester or organization. Part of other statements. */
    static final String TICKET_IS_HELD = """
            exists (
              select from {schema}.legal_hold h
              where h.tenant_id = t.tenant_id
                and (h.kind, h.target_id) in (
                  ('ticket', t.id), ('customer', t.requester_id), ('organization', t.organization_id)))
            """;

    /** True for a mail {@code i} whose sender is held, or the sender's organization. Part of other statements. */
    static final String SENDER_IS_HELD = """
            exists (
              select from {schema}.customer_address ca
              join {schema}.customer c on c.tenant_id = ca.tenant_id and c.id = ca.customer_id
              join {schema}.legal_hold h on h.tenant_id = c.tenant_id
                and (h.kind, h.target_id) in (('customer', c.id), ('organization', c.organization_id))
              where ca.tenant_id = i.tenant_id and ca.address = i.sender)
            """;

    private static final String LOCK = """
            select pg_advisory_xact_lock(hashtextextended('{schema}.legal_hold ' || :tenant::text, 0)) is null
            """;

    private static final String LOCK_SHARED = """
            select pg_advisory_xact_lock_shared(hashtextextended('{schema}.legal_hold ' || :tenant::text, 0)) is null
            """;

    /** Waits for the transactions that take something away, and lets none begin before this one ends. */
    void lock(Tx tx) {
        boolean unused = tx.query(LOCK).mapTo(Boolean.class).one();
    }

    /**
     * Has whoever places a hold wait until this transaction ends. A statement of its own before those that look at holds: what the
     * lock's last holder wrote is seen only after it.
     */
    void lockShared(Tx tx) {
        boolean unused = tx.query(LOCK_SHARED).mapTo(Boolean.class).one();
    }

    private static final String PLACE = """
            insert into {schema}.legal_hold (tenant_id, kind, target_id, reason, placed_at)
            values (:tenant, :kind, :id, :reason, :now)
            on conflict (tenant_id, kind, target_id) do update
            set reason = excluded.reason
            """;

    void place(Tx tx, LegalHold hold) {
        tx.update(PLACE)
                .bind("kind", hold.target().kind().wireName())
                .bind("id", hold.target().id())
                .bind("reason", hold.reason())
                .bind("now", hold.placedAt())
                .execute();
    }

    private static final String RELEASE = """
            delete from {schema}.legal_hold
            where tenant_id = :tenant and kind = :kind and target_id = :id
            """;

    boolean release(Tx tx, HoldTarget target) {
        return tx.update(RELEASE)
                        .bind("kind", target.kind().wireName())
                        .bind("id", target.id())
                        .execute()
                == 1;
    }

    private static final String ANY = """
            select exists (select from {schema}.legal_hold where tenant_id = :tenant)
            """;

    /** Whether there is a hold at all. */
    boolean any(Tx tx) {
        return tx.query(ANY).mapTo(Boolean.class).one();
    }

    private static final String FIND = """
            select reason, placed_at
            from {schema}.legal_hold
            where tenant_id = :tenant and kind = :kind and target_id = :id
            """;

    Optional<LegalHold> find(Tx tx, HoldTarget target) {
        return tx.query(FIND)
                .bind("kind", target.kind().wireName())
                .bind("id", target.id())
                .map((row, context) -> new LegalHold(
                        target,
                        row.getString("reason"),
                        row.getObject("placed_at", OffsetDateTime.class).toInstant()))
                .findOne();
    }

    private static final String LIST = """
            select kind, target_id, reason, placed_at
            from {schema}.legal_hold
            where tenant_id = :tenant and (kind, target_id) > (:afterKind, :afterId)
            order by kind, target_id
            limit :limit
            """;

    /** Those after a position, which may be the beginning. */
    List<LegalHold> list(Tx tx, Cursors.@Nullable Position from, int limit) {
        String kind = from == null ? null : from.text(0);
        return tx.query(LIST)
                .bind("afterKind", kind == null ? "" : kind)
                .bind("afterId", from == null ? ErasureStore.BEGINNING : from.uuid(1))
                .bind("limit", limit)
                .map((row, context) -> new LegalHold(
                        new HoldTarget(
                                HoldTarget.Kind.of(row.getString("kind")), row.getObject("target_id", UUID.class)),
                        row.getString("reason"),
                        row.getObject("placed_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    private static final String CUSTOMER_EXISTS = """
            select exists (select from {schema}.customer where tenant_id = :tenant and id = :id)
            """;

    private static final String ORGANIZATION_EXISTS = """
            select exists (select from {schema}.organization where tenant_id = :tenant and id = :id)
            """;

    private static final String TICKET_EXISTS = """
            select exists (select from {schema}.ticket where tenant_id = :tenant and id = :id)
            """;

    boolean exists(Tx tx, HoldTarget target) {
        String sql = switch (target.kind()) {
            case CUSTOMER -> CUSTOMER_EXISTS;
            case ORGANIZATION -> ORGANIZATION_EXISTS;
            case TICKET -> TICKET_EXISTS;
        };
        return tx.query(sql).bind("id", target.id()).mapTo(Boolean.class).one();
    }

    private static final String BEING_ERASED = """
            select exists (
              select from {schema}.person_erasure e
              where e.tenant_id = :tenant and (e.customer_id = :id or exists (
                select from {schema}.ticket t
                where t.tenant_id = :tenant and t.requester_id = e.customer_id and (t.id = :id or t.organization_id = :id))))
            """;

    /** Whether a customer is being erased who is this, asked for this ticket, or asked for the organization. */
    boolean beingErased(Tx tx, HoldTarget target) {
        return tx.query(BEING_ERASED)
                .bind("id", target.id())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String CUSTOMER_IS_HELD = """
            select exists (
                select from {schema}.customer c
                join {schema}.legal_hold h on h.tenant_id = c.tenant_id
                  and (h.kind, h.target_id) in (('customer', c.id), ('organization', c.organization_id))
                where c.tenant_id = :tenant and c.id = :id)
              or exists (
                select from {schema}.ticket t
                where t.tenant_id = :tenant and t.requester_id = :id and
            """ + TICKET_IS_HELD + """
                )
              or exists (
                select from {schema}.message m
                join {schema}.ticket t on t.tenant_id = m.tenant_id and t.id = m.ticket_id
                where m.tenant_id = :tenant and m.author_type = 'customer' and m.author_id = :id and
            """ + TICKET_IS_HELD + """
                )
            """;

    /** Whether a customer is held, the customer's organization, or a ticket that the customer asked for or wrote in. */
    boolean isHeld(Tx tx, CustomerId customer) {
        return tx.query(CUSTOMER_IS_HELD)
                .bind("id", customer.value())
                .mapTo(Boolean.class)
                .one();
    }
}
