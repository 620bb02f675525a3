package io.insightdesk.event.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.event.AuditEntry;
import io.insightdesk.event.AuditQuery;
import io.insightdesk.event.EventId;
import io.insightdesk.event.Origin;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of the audit trail. */
final class AuditStore {

    private static final String LOCK = """
            select pg_advisory_xact_lock(hashtextextended('{schema}.audit ' || :tenant, 0))
            """;

    /** Keeps others from sealing for this tenant until this transaction ends. */
    void lock(Tx tx) {
        tx.query(LOCK).mapTo(String.class).list();
    }

    private static final String RECORD = """
            insert into {schema}.audit_entry (tenant_id, event_id, hash, mac)
            values (:tenant, :event, :hash, :mac)
            """;

    /** Makes an event part of the trail. */
    void insert(Tx tx, UUID event, byte[] hash, byte[] mac) {
        tx.update(RECORD)
                .bind("event", event)
                .bind("hash", hash)
                .bind("mac", mac)
                .execute();
    }

    /** An event that is to be sealed. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Pending(UUID event, byte[] hash, Instant occurredAt) {}

    private static final String PENDING = """
            select a.event_id, a.hash, e.occurred_at
            from {schema}.audit_entry a
            join {schema}.event e on e.tenant_id = a.tenant_id and e.id = a.event_id
            where a.tenant_id = :tenant and a.segment is null
            order by a.event_id
            limit :limit
            """;

    /** In the order of their identifiers, which is about that of time. */
    List<Pending> pending(Tx tx, int limit) {
        return tx.query(PENDING)
                .bind("limit", limit)
                .map((row, context) -> new Pending(
                        row.getObject("event_id", UUID.class), row.getBytes("hash"), instant(row, "occurred_at")))
                .list();
    }

    private static final String SEGMENTS = """
            select seq, events, first_at, last_at, root_hash, previous_hash, mac, sealed_at
            from {schema}.audit_segment
            where tenant_id = :tenant
            """;

    private static final String LAST = SEGMENTS + """
            order by seq desc
            limit 1
            """;

    Optional<AuditSeal> last(Tx tx) {
        return tx.query(LAST).map((row, context) -> seal(row)).findOne();
    }

    private static final String RETIRED = """
            select seq, hash, mac
            from {schema}.audit_retired
            where tenant_id = :tenant
            """;

    /** The last segment that a rule of retention took away, and the signature that it was one. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Retired(AuditHead head, byte[] mac) {}

    Optional<Retired> retired(Tx tx) {
        return tx.query(RETIRED)
                .map((row, context) ->
                        new Retired(new AuditHead(row.getLong("seq"), row.getBytes("hash")), row.getBytes("mac")))
                .findOne();
    }

    private static final String RETIRE = """
            insert into {schema}.audit_retired as r (tenant_id, seq, hash, mac, retired_at)
            values (:tenant, :seq, :hash, :mac, :now)
            on conflict (tenant_id) do update
            set seq = excluded.seq, hash = excluded.hash, mac = excluded.mac, retired_at = excluded.retired_at
            """;

    private static final String REMOVE_RETIRED = """
            select {schema}.retire_audit_segments(:seq)
            """;

    /** Takes the trail away up to a segment, with it; answers how many events. */
    int retire(Tx tx, AuditHead head, byte[] mac, Instant now) {
        tx.update(RETIRE)
                .bind("seq", head.seq())
                .bind("hash", head.hash())
                .bind("mac", mac)
                .bind("now", now)
                .execute();
        return tx.query(REMOVE_RETIRED)
                .bind("seq", head.seq())
                .mapTo(Integer.class)
                .one();
    }

    /** Whole segments of a beginning of the trail, all of whose events are old enough. */
    private static final String OLD = """
            where s.tenant_id = :tenant and s.seq < coalesce((
              select min(young.seq)
              from {schema}.audit_segment young
              where young.tenant_id = :tenant and young.last_at >= :before), 9223372036854775807)
            """;

    private static final String COUNT_OLD = """
            select coalesce(sum(s.events), 0)
            from {schema}.audit_segment s
            """ + OLD;

    /** How many events are in segments that are old enough. */
    long countOld(Tx tx, Instant before) {
        return tx.query(COUNT_OLD).bind("before", before).mapTo(Long.class).one();
    }

    private static final String LAST_OLD = """
            select seq, events, first_at, last_at, root_hash, previous_hash, sealed_at
            from (
              select s.*
              from {schema}.audit_segment s
            """ + OLD + """
              order by s.seq
              limit :limit) old
            order by seq desc
            limit 1
            """;

    /** The last of so many segments at the beginning that are old enough. */
    Optional<AuditSeal> lastOld(Tx tx, Instant before, int limit) {
        return tx.query(LAST_OLD)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> seal(row))
                .findOne();
    }

    private static final String COUNT_OLD_PERSONAL = """
            select count(*)
            from {schema}.event_personal p
            join {schema}.event e on e.tenant_id = p.tenant_id and e.id = p.event_id
            where p.tenant_id = :tenant and e.ticket_id is null and e.occurred_at < :before
            """;

    /** How many events that are old enough still have personal values. */
    long countOldPersonal(Tx tx, Instant before) {
        return tx.query(COUNT_OLD_PERSONAL)
                .bind("before", before)
                .mapTo(Long.class)
                .one();
    }

    /** Identifiers are about in the order of time, so the first ones are those to look at: what is younger is not read. */
    private static final String FORGET_OLD = """
            delete from {schema}.event_personal p
            using (
              select event_id
              from {schema}.event_personal
              where tenant_id = :tenant
              order by event_id
              limit :limit) first, {schema}.event e
            where p.tenant_id = :tenant and p.event_id = first.event_id
              and e.tenant_id = :tenant and e.id = p.event_id and e.ticket_id is null and e.occurred_at < :before
            """;

    /** Erases the personal values of some events that are old enough; answers of how many. */
    int forgetOld(Tx tx, Instant before, int limit) {
        return tx.update(FORGET_OLD).bind("before", before).bind("limit", limit).execute();
    }

    /** A segment as it is kept. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Kept(AuditSeal seal, byte[] mac) {}

    private static final String FROM = SEGMENTS + """
            and seq >= :from
            order by seq
            limit :limit
            """;

    /** Some segments in their order. */
    List<Kept> segments(Tx tx, long from, int limit) {
        return tx.query(FROM)
                .bind("from", from)
                .bind("limit", limit)
                .map((row, context) -> new Kept(seal(row), row.getBytes("mac")))
                .list();
    }

    /** The numbers of segments, both included. */
    record Range(long first, long last) {}

    private static final String RANGE = """
            select coalesce(min(seq), 1) as first, coalesce(max(seq), 0) as last
            from {schema}.audit_segment
            where tenant_id = :tenant
              and (:from::timestamptz is null or last_at >= :from) and (:to::timestamptz is null or first_at <= :to)
            """;

    /** From the first to the last segment with events of a time. */
    Range range(Tx tx, @Nullable Instant from, @Nullable Instant to) {
        return tx.query(RANGE)
                .bindByType("from", from, Instant.class)
                .bindByType("to", to, Instant.class)
                .map((row, context) -> new Range(row.getLong("first"), row.getLong("last")))
                .one();
    }

    private static final String INSERT = """
            insert into {schema}.audit_segment (
              tenant_id, seq, events, first_at, last_at, root_hash, previous_hash, mac, sealed_at)
            values (:tenant, :seq, :events, :firstAt, :lastAt, :root, :previous, :mac, :sealedAt)
            """;

    void insert(Tx tx, AuditSeal seal, byte[] mac) {
        tx.update(INSERT)
                .bind("seq", seal.seq())
                .bind("events", seal.events())
                .bind("firstAt", seal.firstAt())
                .bind("lastAt", seal.lastAt())
                .bind("root", seal.root())
                .bind("previous", seal.previous())
                .bind("mac", mac)
                .bind("sealedAt", seal.sealedAt())
                .execute();
    }

    private static final String PLACE = """
            update {schema}.audit_entry a
            set segment = :segment, position = s.position
            from unnest(:events) with ordinality as s (event_id, position)
            where a.tenant_id = :tenant and a.event_id = s.event_id
            """;

    void place(Tx tx, long segment, List<Pending> events) {
        int placed = tx.update(PLACE)
                .bind("segment", segment)
                .bindArray(
                        "events",
                        UUID.class,
                        events.stream().map(Pending::event).toArray())
                .execute();
        if (placed != events.size()) {
            throw new IllegalStateException(placed + " of " + events.size() + " events were placed");
        }
    }

    /**
     * A place in the trail, and what is there now.
     *
     * @param hash the event's hash when it was recorded
     * @param mac the signature of that
     * @param present its hash now; null when it is gone
     * @param hasPersonal whether it had a personal part
     * @param personalIntact whether its personal part is as it was; null when it is erased or there was none
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole, and lives for one call.
    record Place(
            UUID event,
            byte[] hash,
            byte[] mac,
            byte @Nullable [] present,
            boolean hasPersonal,
            @Nullable Boolean personalIntact) {}

    private static final String PLACES = """
            select a.event_id, a.hash, a.mac, case when e.id is not null then {schema}.audit_hash(e) end as present,
              e.personal_hash is not null as has_personal,
              sha256(p.salt || convert_to(p.content::text, 'UTF8')) = e.personal_hash as personal_intact
            from {schema}.audit_entry a
            left join {schema}.event e on e.tenant_id = a.tenant_id and e.id = a.event_id
            left join {schema}.event_personal p on p.tenant_id = a.tenant_id and p.event_id = a.event_id
            where a.tenant_id = :tenant
            """;

    private static final String PLACES_OF_SEGMENT = PLACES + """
            and a.segment = :segment
            order by a.position
            """;

    List<Place> places(Tx tx, long segment) {
        return tx.query(PLACES_OF_SEGMENT)
                .bind("segment", segment)
                .map((row, context) -> place(row))
                .list();
    }

    private static final String PLACES_OF_PENDING = PLACES + """
            and a.segment is null and a.event_id > :after
            order by a.event_id
            limit :limit
            """;

    /** Some of those that are not sealed yet. */
    List<Place> pendingPlaces(Tx tx, UUID after, int limit) {
        return tx.query(PLACES_OF_PENDING)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> place(row))
                .list();
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(
                row.getObject("event_id", UUID.class),
                row.getBytes("hash"),
                row.getBytes("mac"),
                row.getBytes("present"),
                row.getBoolean("has_personal"),
                row.getObject("personal_intact", Boolean.class));
    }

    private static final String CUT_OFF = """
            select distinct segment
            from {schema}.audit_entry
            where tenant_id = :tenant
              and segment > (
                select coalesce(max(seq), 0)
                from {schema}.audit_segment
                where tenant_id = :tenant)
            order by segment
            limit :limit
            """;

    /** Segments that events say they are in, after the last one that is there. */
    List<Long> cutOff(Tx tx, int limit) {
        return tx.query(CUT_OFF).bind("limit", limit).mapTo(Long.class).list();
    }

    private static final String INSERTED = """
            select e.id
            from {schema}.event e
            where e.tenant_id = :tenant and e.ticket_id is null and e.personal_hash is not null
              and (:from::timestamptz is null or e.occurred_at >= :from)
              and (:to::timestamptz is null or e.occurred_at <= :to)
              and not exists (
                select from {schema}.audit_entry a
                where a.tenant_id = e.tenant_id and a.event_id = e.id)
            order by e.id
            limit :limit
            """;

    /** Events that look as if they had a place in the trail, and have none. */
    List<UUID> inserted(Tx tx, @Nullable Instant from, @Nullable Instant to, int limit) {
        return tx.query(INSERTED)
                .bindByType("from", from, Instant.class)
                .bindByType("to", to, Instant.class)
                .bind("limit", limit)
                .mapTo(UUID.class)
                .list();
    }

    private static final String LIST = """
            select e.id, e.type, e.subject, e.payload, e.actor_type, e.actor_id, e.actor_name, e.via, e.request_id, e.occurred_at,
              a.segment, p.content ->> 'actor' as personal_actor, p.content ->> 'address' as address,
              p.content ->> 'userAgent' as user_agent,
              nullif(p.content - array['actor', 'address', 'userAgent'], '{}'::jsonb) as personal
            from {schema}.event e
            join {schema}.audit_entry a on a.tenant_id = e.tenant_id and a.event_id = e.id
            left join {schema}.event_personal p on p.tenant_id = e.tenant_id and p.event_id = e.id
            where e.tenant_id = :tenant and e.ticket_id is null
              and (:actor::uuid is null or e.actor_id = :actor)
              and (:type::text is null or e.type = :type)
              and (:subject::text is null or e.subject = :subject)
              and (:from::timestamptz is null or e.occurred_at >= :from)
              and (:to::timestamptz is null or e.occurred_at < :to)
              and (:afterAt::timestamptz is null or (e.occurred_at, e.id) < (:afterAt, :afterId))
            order by e.occurred_at desc, e.id desc
            limit :limit
            """;

    /**
     * Some events, the latest first.
     *
     * @param afterAt only those before this one; null for the beginning
     */
    List<AuditEntry> list(Tx tx, AuditQuery query, @Nullable Instant afterAt, @Nullable UUID afterId, int limit) {
        return tx.query(LIST)
                .bindByType("actor", query.actor(), UUID.class)
                .bindByType("type", query.type(), String.class)
                .bindByType("subject", query.subject(), String.class)
                .bindByType("from", query.from(), Instant.class)
                .bindByType("to", query.to(), Instant.class)
                .bindByType("afterAt", afterAt, Instant.class)
                .bindByType("afterId", afterId, UUID.class)
                .bind("limit", limit)
                .map((row, context) -> entry(row))
                .list();
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        String personalActor = row.getString("personal_actor");
        return new AuditEntry(
                new EventId(row.getObject("id", UUID.class)),
                row.getString("type"),
                row.getString("subject"),
                new Actor(
                        ActorType.valueOf(row.getString("actor_type").toUpperCase(Locale.ROOT)),
                        row.getObject("actor_id", UUID.class),
                        personalActor == null ? row.getString("actor_name") : personalActor,
                        row.getString("via")),
                new Origin(row.getString("address"), row.getString("user_agent")),
                row.getString("payload"),
                row.getString("personal"),
                row.getString("request_id"),
                instant(row, "occurred_at"),
                row.getObject("segment", Long.class));
    }

    private static AuditSeal seal(ResultSet row) throws SQLException {
        return new AuditSeal(
                row.getLong("seq"),
                row.getInt("events"),
                instant(row, "first_at"),
                instant(row, "last_at"),
                row.getBytes("root_hash"),
                row.getBytes("previous_hash"),
                instant(row, "sealed_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
