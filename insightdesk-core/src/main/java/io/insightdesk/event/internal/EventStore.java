package io.insightdesk.event.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.Event;
import io.insightdesk.event.EventId;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.Scope;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** SQL of the event log. */
final class EventStore {

    private static final int SCHEMA_VERSION = 1;

    private static final String INSERT = """
            insert into {schema}.event (
              tenant_id, id, ticket_id, ticket_seq, type, schema_version, payload,
              actor_type, actor_id, actor_name, via, request_id, occurred_at)
            values (
              :tenant, :id, :ticketId, :ticketSeq, :type, :schemaVersion, :payload::jsonb,
              :actorType, :actorId, :actorName, :via, :requestId, :occurredAt)
            """;

    /** Records an event that is about no ticket. */
    void insert(Tx tx, Scope scope, String type, Map<String, ?> payload) {
        bind(tx.update(INSERT), scope, null, null, type, payload).execute();
    }

    /**
     * The event and, for each subscription, the mark up to where the ticket is wanted, in one statement. A new mark begins with
     * this event: what was before the subscription is not delivered.
     */
    private static final String INSERT_WITH_MARKERS = """
            with event as (
              insert into {schema}.event (
                tenant_id, id, ticket_id, ticket_seq, type, schema_version, payload,
                actor_type, actor_id, actor_name, via, request_id, occurred_at)
              values (
                :tenant, :id, :ticketId, :ticketSeq, :type, :schemaVersion, :payload::jsonb,
                :actorType, :actorId, :actorName, :via, :requestId, :occurredAt)),
            marker as (
              insert into {schema}.event_marker (tenant_id, subscription, ticket_id, wanted, delivered)
              select :tenant, name, :ticketId, :ticketSeq, :ticketSeq - 1
              from {schema}.event_subscription
              order by name
              on conflict (tenant_id, subscription, ticket_id) do update
              set wanted = excluded.wanted
              returning subscription)
            select subscription
            from marker
            order by subscription
            """;

    /** Records an event of a ticket; answers the subscriptions that want it. */
    List<String> insert(Tx tx, Scope scope, UUID ticketId, long ticketSeq, String type, Map<String, ?> payload) {
        return bind(tx.query(INSERT_WITH_MARKERS), scope, ticketId, ticketSeq, type, payload)
                .mapTo(String.class)
                .list();
    }

    private static <S extends SqlStatement<S>> S bind(
            S statement,
            Scope scope,
            @Nullable UUID ticketId,
            @Nullable Long ticketSeq,
            String type,
            Map<String, ?> payload) {
        Actor actor = scope.actor();
        return statement
                .bind("id", Ids.next())
                .bindByType("ticketId", ticketId, UUID.class)
                .bindByType("ticketSeq", ticketSeq, Long.class)
                .bind("type", type)
                .bind("schemaVersion", SCHEMA_VERSION)
                .bind("payload", Json.write(payload))
                .bind("actorType", actor.type().wireName())
                .bindByType("actorId", actor.id(), UUID.class)
                .bind("actorName", actor.name())
                .bind("via", actor.via())
                .bind("requestId", scope.requestId())
                .bind("occurredAt", scope.now());
    }

    private static final String ACTIVITY = """
            select tenant_id, id, ticket_id, ticket_seq, type, payload, actor_type, actor_id, actor_name, via, request_id,
              occurred_at
            from {schema}.event
            where tenant_id = :tenant and ticket_id = :ticketId and ticket_seq > :afterSeq
              and (:notes or type <> 'message_added' or payload ->> 'kind' in ('customer', 'agent'))
            order by ticket_seq
            limit :limit
            """;

    List<Event> activity(Tx tx, UUID ticketId, long afterSeq, int limit, boolean notes) {
        return tx.query(ACTIVITY)
                .bind("ticketId", ticketId)
                .bind("afterSeq", afterSeq)
                .bind("limit", limit)
                .bind("notes", notes)
                .map((row, context) -> event(row))
                .list();
    }

    private static final String ENSURE_PARTITIONS = """
            select {schema}.ensure_event_partitions(now(), 4)
            """;

    /** In a transaction across tenants. By the database's clock, because identifiers follow the machine's and not the user's. */
    int ensurePartitions(Tx tx) {
        return tx.query(ENSURE_PARTITIONS).mapTo(Integer.class).one();
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                new TenantId(row.getObject("tenant_id", UUID.class)),
                new EventId(row.getObject("id", UUID.class)),
                row.getObject("ticket_id", UUID.class),
                row.getLong("ticket_seq"),
                row.getString("type"),
                row.getString("payload"),
                new Actor(
                        ActorType.valueOf(row.getString("actor_type").toUpperCase(Locale.ROOT)),
                        row.getObject("actor_id", UUID.class),
                        row.getString("actor_name"),
                        row.getString("via")),
                row.getString("request_id"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant());
    }
}
