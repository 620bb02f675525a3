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
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** SQL of the event log. */
final class EventStore {

    private static final int SCHEMA_VERSION = 1;
    private static final int SALT_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    /** An event of the audit trail and the hash over what it says. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Recorded(UUID id, byte[] hash) {}

    /** The event and its personal part; the event carries only a salted hash of that, and no name of the actor. */
    private static final String INSERT = """
            with personal as (
              insert into {schema}.event_personal (tenant_id, event_id, salt, content)
              values (:tenant, :id, :salt, :personal::jsonb))
            insert into {schema}.event as e (
              tenant_id, id, ticket_id, ticket_seq, type, schema_version, payload,
              actor_type, actor_id, actor_name, via, request_id, occurred_at, subject, personal_hash)
            values (
              :tenant, :id, :ticketId, :ticketSeq, :type, :schemaVersion, :payload::jsonb,
              :actorType, :actorId, '', :via, :requestId, :occurredAt, :subject,
              sha256(:salt || convert_to(:personal::jsonb::text, 'UTF8')))
            returning e.id, {schema}.audit_hash(e) as hash
            """;

    /** Records an event that is about no ticket. */
    Recorded insert(
            Tx tx,
            Scope scope,
            String type,
            @Nullable String subject,
            Map<String, ?> payload,
            Map<String, ?> personal) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Map<String, Object> content = new TreeMap<>(personal);
        content.put("actor", scope.actor().name());
        putIfKnown(content, "address", scope.origin().address());
        putIfKnown(content, "userAgent", scope.origin().userAgent());
        return bind(tx.query(INSERT), scope, null, null, type, payload)
                .bind("salt", salt)
                .bind("personal", Json.write(content))
                .bind("subject", subject)
                .map((row, context) -> new Recorded(row.getObject("id", UUID.class), row.getBytes("hash")))
                .one();
    }

    private static final String FORGET = """
            delete from {schema}.event_personal p
            using {schema}.event e
            where p.tenant_id = :tenant and e.tenant_id = :tenant and e.id = p.event_id and e.ticket_id is null
              and (e.actor_id = :person or e.subject = :person::text)
            """;

    /** Erases what events say of a person. */
    int forget(Tx tx, UUID person) {
        return tx.update(FORGET).bind("person", person).execute();
    }

    private static void putIfKnown(Map<String, Object> content, String name, @Nullable String value) {
        if (value != null) {
            content.put(name, value);
        }
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

    static Event event(ResultSet row) throws SQLException {
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
