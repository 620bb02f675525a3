package io.insightdesk.event.internal;

import io.insightdesk.event.LiveEventQuery;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * SQL of live events. Only what transactions wrote that are older than every running one is read: nothing can appear among that later,
 * so the place where a read ended is one to go on from.
 */
final class LiveEventStore {

    /**
     * How far back identifiers are looked for; older partitions are left out. Positions are good for {@link LivePosition#KEPT}, so a
     * transaction may have had its event's identifier for the rest of this.
     */
    private static final Duration REACH = LivePosition.KEPT.plusDays(1);

    /**
     * How the database was at a read.
     *
     * @param epoch another one when it is another database, or was set back to an earlier state
     * @param open the oldest transaction that runs: everything before it is read
     * @param next the first transaction that has not begun
     * @param now the database's time
     */
    record Frame(String epoch, long open, long next, Instant now) {}

    /**
     * What was read.
     *
     * @param held the first event that is committed and waits for an older transaction; null for none
     * @param rows in order
     */
    record Window(Frame frame, @Nullable UUID held, List<LiveRow> rows) {}

    // The control file tells clusters apart, and its time line what came of a restore or of a promoted replica. A copy
    // within a cluster
    // is another database, and what was dropped and made anew another table.
    private static final String FRAME = """
            with frame as materialized (
              select pg_snapshot_xmin(s.snapshot) as open, pg_snapshot_xmax(s.snapshot) as next, clock_timestamp() as now,
                md5(concat_ws(' ', c.system_identifier, p.timeline_id, d.oid, '{schema}.event'::regclass::oid)) as epoch
              from (select pg_current_snapshot() as snapshot) s
              cross join pg_control_system() c
              cross join pg_control_checkpoint() p
              join pg_database d on d.datname = current_database())
            """;

    private static final String NOW = FRAME + """
            select open::text as open, next::text as next, now, epoch
            from frame
            """;

    /** How the database is now. */
    Frame now(Tx tx) {
        return tx.query(NOW).map((row, context) -> frame(row)).one();
    }

    private static final String EVENTS = """
            from frame f
            left join lateral (
              select e.tenant_id, e.id, e.ticket_id, e.ticket_seq, e.type, e.payload, e.actor_type, e.actor_id, e.actor_name, e.via,
                e.request_id, e.occurred_at, e.xid,
                e.type = 'message_added' and coalesce(e.payload ->> 'kind' not in ('customer', 'agent'), true) as note
              from {schema}.event e
              where e.tenant_id = :tenant and e.ticket_id is not null and (e.xid, e.id) > (:xid::xid8, :after)
                and e.xid < f.open and e.id >= :reach
            """;

    private static final String ORDERED = """
              order by e.xid, e.id
              limit :limit) e on true
            """;

    private static final String OF_ALL = FRAME + """
            select f.open::text as open, f.next::text as next, f.now, f.epoch,
              (select h.id
               from {schema}.event h
               where h.tenant_id = :tenant and h.ticket_id is not null and h.xid >= f.open and h.id >= :reach
               order by h.xid, h.id
               limit 1) as held,
              e.*, e.xid::text as written, t.id as found, t.organization_id, t.assignee_id, t.team_id,
              coalesce(p.members_only, false) as members_only,
              array(
                select m.agent_id
                from {schema}.team_member m
                where m.tenant_id = :tenant and m.team_id = t.team_id) as members
            """ + EVENTS + ORDERED + """
            left join {schema}.ticket t on t.tenant_id = :tenant and t.id = e.ticket_id
            left join {schema}.team p on p.tenant_id = :tenant and p.id = t.team_id
            order by e.xid, e.id
            """;

    /** Reads on, for everybody. */
    Window ofAll(Tx tx, LivePoint after, int limit) {
        return window(bind(tx.query(OF_ALL), after, limit), true);
    }

    private static final String OF_ONE = FRAME + """
            select f.open::text as open, f.next::text as next, f.now, f.epoch, null::uuid as held, e.*, e.xid::text as written
            """ + EVENTS;

    private static final String NO_NOTES = """
                and (e.type <> 'message_added' or e.payload ->> 'kind' in ('customer', 'agent'))
            """;

    private static final String OF_TICKET = """
                and e.ticket_id = :ticketId
            """;

    private static final String OF_TYPES = """
                and e.type = any(:types)
            """;

    private static final String IN_ORDER = """
            order by e.xid, e.id
            """;

    /** Reads on, for one who sees what the sight says. */
    Window ofOne(Tx tx, LivePoint after, int limit, LiveEventQuery query, TicketSight sight, boolean notes) {
        UUID ticket = query.ticketId();
        String sql = OF_ONE
                + (notes ? "" : NO_NOTES)
                + (ticket == null ? "" : OF_TICKET)
                + (query.types().isEmpty() ? "" : OF_TYPES)
                + sight.conditionOn("e.ticket_id")
                + ORDERED
                + IN_ORDER;
        Query statement = sight.bind(bind(tx.query(sql), after, limit));
        if (ticket != null) {
            statement.bind("ticketId", ticket);
        }
        if (!query.types().isEmpty()) {
            statement.bindArray("types", String.class, query.types());
        }
        return window(statement, false);
    }

    private static Query bind(Query statement, LivePoint after, int limit) {
        // Identifiers follow the machine's clock, so what they begin with does too.
        long millis = (Ids.next().getMostSignificantBits() >>> 16) - REACH.toMillis();
        return statement
                .bind("xid", Long.toUnsignedString(after.xid()))
                .bind("after", after.id())
                .bind("reach", new UUID(millis << 16, 0))
                .bind("limit", limit);
    }

    /** One row of a left join: the frame is in each, an event in those where there is one. */
    private record Joined(
            Frame frame, @Nullable UUID held, @Nullable LiveRow row) {}

    private static Window window(Query statement, boolean placed) {
        List<Joined> all = statement
                .map((row, context) -> new Joined(
                        frame(row),
                        row.getObject("held", UUID.class),
                        row.getObject("id", UUID.class) == null ? null : row(row, placed)))
                .list();
        List<LiveRow> rows = new ArrayList<>();
        for (Joined one : all) {
            LiveRow row = one.row();
            if (row != null) {
                rows.add(row);
            }
        }
        return new Window(all.get(0).frame(), all.get(0).held(), rows);
    }

    private static Frame frame(ResultSet row) throws SQLException {
        return new Frame(
                row.getString("epoch"),
                Long.parseUnsignedLong(row.getString("open")),
                Long.parseUnsignedLong(row.getString("next")),
                row.getObject("now", OffsetDateTime.class).toInstant());
    }

    private static LiveRow row(ResultSet row, boolean placed) throws SQLException {
        return new LiveRow(
                EventStore.event(row),
                new LivePoint(Long.parseUnsignedLong(row.getString("written")), row.getObject("id", UUID.class)),
                row.getBoolean("note"),
                placed && row.getObject("found", UUID.class) != null ? place(row) : null);
    }

    private static LiveRow.Place place(ResultSet row) throws SQLException {
        Array members = row.getArray("members");
        return new LiveRow.Place(
                row.getObject("organization_id", UUID.class),
                row.getObject("assignee_id", UUID.class),
                row.getObject("team_id", UUID.class),
                row.getBoolean("members_only"),
                members == null ? Set.of() : Set.of((UUID[]) members.getArray()));
    }
}
