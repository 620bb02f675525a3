package io.insightdesk.ticket.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Json;
import io.insightdesk.internal.TicketSight;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.Channel;
import io.insightdesk.ticket.Tag;
import io.insightdesk.ticket.TagId;
import io.insightdesk.ticket.Ticket;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketPriority;
import io.insightdesk.ticket.TicketQuery;
import io.insightdesk.ticket.TicketStatus;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** SQL of tickets. */
final class TicketStore {

    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private static final String COLUMNS = """
            t.id, t.number, t.subject, t.status, t.priority, t.channel, t.requester_id, t.organization_id, t.assignee_id,
            t.team_id, t.mailbox_id, t.custom_fields, t.created_at, t.updated_at, t.resolved_at, t.closed_at, t.version,
            array(
              select g.name
              from {schema}.ticket_tag tt
              join {schema}.tag g on g.tenant_id = tt.tenant_id and g.id = tt.tag_id
              where tt.tenant_id = t.tenant_id and tt.ticket_id = t.id
              order by g.name
            ) as tags
            """;

    private static final String INSERT = """
            insert into {schema}.ticket (
              tenant_id, id, number, subject, status, priority, channel, requester_id, organization_id, assignee_id, team_id,
              mailbox_id, custom_fields, event_seq, created_at, updated_at, resolved_at, closed_at)
            values (
              :tenant, :id, :number, :subject, :status, :priority, :channel, :requester,
              (select c.organization_id from {schema}.customer c where c.tenant_id = :tenant and c.id = :requester),
              :assignee, :team, :mailbox, :customFields::jsonb, 1, :createdAt, :createdAt, null, null)
            returning organization_id
            """;

    /** Answers the requester's organization, which the ticket takes over. */
    @Nullable OrganizationId insert(Tx tx, Ticket ticket) {
        return bind(tx.query(INSERT), ticket)
                .bind("number", ticket.number())
                .bind("channel", ticket.channel().wireName())
                .bindByType("mailbox", ticket.mailbox(), UUID.class)
                .bind("createdAt", ticket.createdAt())
                .map((row, context) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                .one()
                .map(OrganizationId::new)
                .orElse(null);
    }

    private static final String UPDATE = """
            update {schema}.ticket
            set subject = :subject, status = :status, priority = :priority, requester_id = :requester,
              assignee_id = :assignee, team_id = :team, custom_fields = :customFields::jsonb, updated_at = :updatedAt,
              resolved_at = :resolvedAt, closed_at = :closedAt, version = version + 1, event_seq = event_seq + 1
            where tenant_id = :tenant and id = :id
            returning event_seq
            """;

    /** Answers the number of the event that tells the change. */
    long update(Tx tx, Ticket ticket) {
        return bind(tx.query(UPDATE), ticket)
                .bind("updatedAt", ticket.updatedAt())
                .bindByType("resolvedAt", ticket.resolvedAt(), Instant.class)
                .bindByType("closedAt", ticket.closedAt(), Instant.class)
                .mapTo(Long.class)
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Ticket ticket) {
        return statement
                .bind("id", ticket.id().value())
                .bind("subject", ticket.subject())
                .bind("status", ticket.status().wireName())
                .bind("priority", ticket.priority().wireName())
                .bind("requester", ticket.requester().value())
                .bindByType("assignee", value(ticket.assignee(), AgentId::value), UUID.class)
                .bindByType("team", value(ticket.team(), TeamId::value), UUID.class)
                .bind("customFields", Json.write(ticket.customFields()));
    }

    private static final String TOUCH = """
            update {schema}.ticket
            set updated_at = :updatedAt, version = version + 1, event_seq = event_seq + 1
            where tenant_id = :tenant and id = :id
            returning event_seq
            """;

    /** Takes the next number among the ticket's events, under the ticket's row lock. */
    long touch(Tx tx, TicketId id, Instant now) {
        return tx.query(TOUCH)
                .bind("id", id.value())
                .bind("updatedAt", now)
                .mapTo(Long.class)
                .one();
    }

    private static final String FIND =
            "select " + COLUMNS + "from {schema}.ticket t where t.tenant_id = :tenant and t.id = :id";

    Optional<Ticket> find(Tx tx, TicketId id, TicketSight sight) {
        return sight.bind(tx.query(FIND + sight.condition()))
                .bind("id", id.value())
                .map((row, context) -> ticket(row))
                .findOne();
    }

    private static final String EXISTS =
            "select exists (select from {schema}.ticket t where t.tenant_id = :tenant and t.id = :id";

    /** Whether there is such a ticket. */
    boolean exists(Tx tx, TicketId id, TicketSight sight) {
        return sight.bind(tx.query(EXISTS + sight.condition() + ")"))
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .one();
    }

    private static final String LOCK = "select t.id from {schema}.ticket t where t.tenant_id = :tenant and t.id = :id";

    /**
     * Locks first and reads then: a statement that waited for the row sees its tags, which are other tables' rows, as they were
     * before it waited.
     */
    Optional<Ticket> lock(Tx tx, TicketId id, TicketSight sight) {
        return sight.bind(tx.query(LOCK + sight.condition() + " for no key update of t"))
                .bind("id", id.value())
                .mapTo(UUID.class)
                .findOne()
                .flatMap(locked -> find(tx, id, TicketSight.ALL));
    }

    private static final String FIND_BY_NUMBER =
            "select " + COLUMNS + "from {schema}.ticket t where t.tenant_id = :tenant and t.number = :number";

    Optional<Ticket> findByNumber(Tx tx, long number, TicketSight sight) {
        return sight.bind(tx.query(FIND_BY_NUMBER + sight.condition()))
                .bind("number", number)
                .map((row, context) -> ticket(row))
                .findOne();
    }

    /** How a list is sorted; the only columns that ever come into its statement. */
    private enum Order {
        CREATED_DESC("created_at", "<", "desc"),
        CREATED_ASC("created_at", ">", "asc"),
        UPDATED_DESC("updated_at", "<", "desc"),
        UPDATED_ASC("updated_at", ">", "asc");

        final String column;
        final String comparison;
        final String direction;

        Order(String column, String comparison, String direction) {
            this.column = column;
            this.comparison = comparison;
            this.direction = direction;
        }
    }

    /** Lists one more ticket than the limit, so that the caller knows whether there is a next page. */
    List<Ticket> list(Tx tx, TicketQuery query, Cursors.@Nullable Position after, TicketSight sight) {
        Order order = Order.valueOf(query.sort().name());
        StringBuilder sql = select(COLUMNS, query);
        addIf(sql, after != null, "(t." + order.column + ", t.id) " + order.comparison + " (:afterTime, :afterId)");
        inOrder(sql, order, sight);
        Query select = bind(tx, sql, query, sight).bind("rows", query.limit() + 1);
        if (after != null) {
            select.bindByType("afterTime", after.instant(0), Instant.class).bind("afterId", after.uuid(1));
        }
        return select.map((row, context) -> ticket(row)).list();
    }

    /** The tickets that a query finds, whatever its limit and cursor. */
    List<TicketId> ids(Tx tx, TicketQuery query, TicketSight sight, int max) {
        StringBuilder sql = select("t.id\n", query);
        inOrder(sql, Order.valueOf(query.sort().name()), sight);
        return bind(tx, sql, query, sight)
                .bind("rows", max)
                .map((row, context) -> new TicketId(row.getObject(1, UUID.class)))
                .list();
    }

    private static StringBuilder select(String columns, TicketQuery query) {
        StringBuilder sql = new StringBuilder("select ")
                .append(columns)
                .append("from {schema}.ticket t\nwhere t.tenant_id = :tenant");
        addIf(sql, !query.statuses().isEmpty(), "t.status = any(:statuses)");
        addIf(sql, query.priority() != null, "t.priority = :priority");
        addIf(sql, query.channel() != null, "t.channel = :channel");
        addIf(sql, query.requester() != null, "t.requester_id = :requester");
        addIf(sql, query.organization() != null, "t.organization_id = :organization");
        addIf(sql, query.assignee() != null, "t.assignee_id = :assignee");
        addIf(sql, query.unassigned(), "t.assignee_id is null");
        addIf(sql, query.team() != null, "t.team_id = :team");
        addIf(
                sql,
                query.tag() != null,
                "exists (select from {schema}.ticket_tag tt join {schema}.tag g on g.tenant_id = tt.tenant_id "
                        + "and g.id = tt.tag_id where tt.tenant_id = :tenant and tt.ticket_id = t.id and g.name = :tag)");
        return sql;
    }

    private static void inOrder(StringBuilder sql, Order order, TicketSight sight) {
        sql.append(sight.condition())
                .append("\norder by t.")
                .append(order.column)
                .append(' ')
                .append(order.direction)
                .append(", t.id ")
                .append(order.direction)
                .append("\nlimit :rows");
    }

    private static Query bind(Tx tx, StringBuilder sql, TicketQuery query, TicketSight sight) {
        return sight.bind(tx.query(sql.toString()))
                .bindArray(
                        "statuses",
                        String.class,
                        query.statuses().stream().map(TicketStatus::wireName).toList())
                .bind("priority", value(query.priority(), TicketPriority::wireName))
                .bind("channel", value(query.channel(), Channel::wireName))
                .bindByType("requester", value(query.requester(), CustomerId::value), UUID.class)
                .bindByType("organization", value(query.organization(), OrganizationId::value), UUID.class)
                .bindByType("assignee", value(query.assignee(), AgentId::value), UUID.class)
                .bindByType("team", value(query.team(), TeamId::value), UUID.class)
                .bind("tag", query.tag());
    }

    private static void addIf(StringBuilder sql, boolean wanted, String condition) {
        if (wanted) {
            sql.append("\n  and ").append(condition);
        }
    }

    private static final String SET_TAGS = """
            with wanted as (
              select name, id
              from unnest(:names, :ids) as w (name, id)
            ), made as (
              insert into {schema}.tag (tenant_id, id, name, created_at)
              select :tenant, id, name, :now from wanted
              on conflict (tenant_id, name) do update set name = excluded.name
              returning id
            ), removed as (
              delete from {schema}.ticket_tag
              where tenant_id = :tenant and ticket_id = :ticket and tag_id not in (select id from made)
            )
            insert into {schema}.ticket_tag (tenant_id, ticket_id, tag_id)
            select :tenant, :ticket, id from made
            on conflict do nothing
            """;

    /** Makes these the ticket's tags; names that are new to the tenant are made. Names come sorted, so that writers lock alike. */
    void setTags(Tx tx, TicketId ticket, Collection<String> names, Instant now) {
        List<String> sorted = names.stream().sorted().distinct().toList();
        tx.update(SET_TAGS)
                .bindArray("names", String.class, sorted)
                .bindArray(
                        "ids",
                        UUID.class,
                        sorted.stream().map(name -> Ids.next()).toList())
                .bind("ticket", ticket.value())
                .bind("now", now)
                .execute();
    }

    private static final String TAGS = """
            select id, name, created_at
            from {schema}.tag
            where tenant_id = :tenant and (:after::text is null or name > :after)
            order by name
            limit :limit
            """;

    List<Tag> tags(Tx tx, @Nullable String after, int limit) {
        return tx.query(TAGS)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Tag(
                        new TagId(row.getObject("id", UUID.class)),
                        row.getString("name"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    private static final String DUE_TO_CLOSE = """
            select id
            from {schema}.ticket
            where tenant_id = :tenant and status = 'resolved' and resolved_at < :before
            order by resolved_at
            limit :limit
            """;

    List<TicketId> resolvedBefore(Tx tx, Instant before, int limit) {
        return tx.query(DUE_TO_CLOSE)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new TicketId(row.getObject(1, UUID.class)))
                .list();
    }

    private static final String LINK = """
            insert into {schema}.ticket_link (tenant_id, ticket_id, kind, target_id, created_at)
            values (:tenant, :ticket, 'follow_up', :target, :now)
            on conflict do nothing
            """;

    void linkFollowUp(Tx tx, TicketId followUp, TicketId first, Instant now) {
        tx.update(LINK)
                .bind("ticket", followUp.value())
                .bind("target", first.value())
                .bind("now", now)
                .execute();
    }

    private static final String ACTIVE_BY_STATUS = """
            select status, count(*)
            from {schema}.ticket
            where tenant_id = :tenant and status in ('new', 'open', 'pending', 'on_hold')
            group by status
            """;

    Map<String, Long> activeByStatus(Tx tx) {
        return tx.query(ACTIVE_BY_STATUS).reduceRows(new java.util.HashMap<>(), (counts, row) -> {
            counts.put(row.getColumn(1, String.class), row.getColumn(2, Long.class));
            return counts;
        });
    }

    private static <T, R> @Nullable R value(@Nullable T id, Function<T, R> read) {
        return id == null ? null : read.apply(id);
    }

    private static Ticket ticket(ResultSet row) throws SQLException {
        Array tags = row.getArray("tags");
        return new Ticket(
                new TicketId(row.getObject("id", UUID.class)),
                row.getLong("number"),
                row.getString("subject"),
                TicketStatus.of(row.getString("status")),
                TicketPriority.of(row.getString("priority")),
                Channel.of(row.getString("channel")),
                new CustomerId(row.getObject("requester_id", UUID.class)),
                value(row.getObject("organization_id", UUID.class), OrganizationId::new),
                value(row.getObject("assignee_id", UUID.class), AgentId::new),
                value(row.getObject("team_id", UUID.class), TeamId::new),
                row.getObject("mailbox_id", UUID.class),
                List.of((String[]) tags.getArray()),
                Json.read(row.getString("custom_fields"), FIELDS),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                value(row.getObject("resolved_at", OffsetDateTime.class), OffsetDateTime::toInstant),
                value(row.getObject("closed_at", OffsetDateTime.class), OffsetDateTime::toInstant),
                row.getLong("version"));
    }
}
