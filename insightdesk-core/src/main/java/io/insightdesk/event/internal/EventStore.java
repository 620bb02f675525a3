package io.insightdesk.event.internal;

import io.insightdesk.event.ActivityQuery;
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

    void insert(
            Tx tx,
            Scope scope,
            @Nullable UUID ticketId,
            @Nullable Long ticketSeq,
            String type,
            Map<String, ?> payload) {
        Actor actor = scope.actor();
        tx.update(INSERT)
                .bind("id", Ids.next())
                .bind("ticketId", ticketId)
                .bind("ticketSeq", ticketSeq)
                .bind("type", type)
                .bind("schemaVersion", SCHEMA_VERSION)
                .bind("payload", Json.write(payload))
                .bind("actorType", actor.type().wireName())
                .bind("actorId", actor.id())
                .bind("actorName", actor.name())
                .bind("via", actor.via())
                .bind("requestId", scope.requestId())
                .bind("occurredAt", scope.now())
                .execute();
    }

    private static final String ACTIVITY = """
            select tenant_id, id, ticket_id, ticket_seq, type, payload, actor_type, actor_id, actor_name, via, request_id,
              occurred_at
            from {schema}.event
            where tenant_id = :tenant and ticket_id = :ticketId and ticket_seq > :afterSeq
            order by ticket_seq
            limit :limit
            """;

    List<Event> activity(Tx tx, UUID ticketId, ActivityQuery query) {
        return tx.query(ACTIVITY)
                .bind("ticketId", ticketId)
                .bind("afterSeq", query.afterSeq())
                .bind("limit", query.limit())
                .map((row, context) -> event(row))
                .list();
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
