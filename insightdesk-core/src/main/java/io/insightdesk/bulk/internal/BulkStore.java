package io.insightdesk.bulk.internal;

import io.insightdesk.event.Actor;
import io.insightdesk.event.ActorType;
import io.insightdesk.identity.ApiTokenId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.ticket.TicketChange;
import io.insightdesk.ticket.TicketId;
import io.insightdesk.ticket.TicketVersion;
import io.insightdesk.transfer.OperationId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** SQL of changes of many tickets. */
final class BulkStore {

    /**
     * One that is under way.
     *
     * @param actor who asked
     * @param through the token through which the actor came; null for none
     * @param total how many tickets
     */
    record Bulk(
            OperationId operation,
            Actor actor,
            @Nullable ApiTokenId through,
            @Nullable String requestId,
            TicketChange change,
            int total) {}

    private static final String INSERT = """
            insert into {schema}.bulk_change (
              tenant_id, operation_id, actor_type, actor_id, actor_name, actor_via, token_id, request_id, change, total)
            values (
              :tenant, :operation, :actorType, :actorId, :actorName, :actorVia, :token, :requestId, :change::jsonb, :total)
            """;

    private static final String INSERT_TICKETS = """
            insert into {schema}.bulk_change_ticket (tenant_id, operation_id, seq, ticket_id, expected_version)
            select :tenant, :operation, seq, ticket, version
            from unnest(:seqs, :tickets, :versions) as t (seq, ticket, version)
            """;

    void insert(Tx tx, Bulk bulk, List<TicketVersion> tickets) {
        tx.update(INSERT)
                .bind("operation", bulk.operation().value())
                .bind("actorType", bulk.actor().type().name().toLowerCase(Locale.ROOT))
                .bindByType("actorId", bulk.actor().id(), UUID.class)
                .bind("actorName", bulk.actor().name())
                .bind("actorVia", bulk.actor().via())
                .bindByType(
                        "token", bulk.through() == null ? null : bulk.through().value(), UUID.class)
                .bind("requestId", bulk.requestId())
                .bind("change", bulk.change().toJson())
                .bind("total", bulk.total())
                .execute();
        List<@Nullable Long> versions = new ArrayList<>();
        tickets.forEach(ticket -> versions.add(ticket.version()));
        tx.update(INSERT_TICKETS)
                .bind("operation", bulk.operation().value())
                .bindArray(
                        "seqs",
                        Integer.class,
                        IntStream.range(0, tickets.size()).boxed().toList())
                .bindArray(
                        "tickets",
                        UUID.class,
                        tickets.stream().map(ticket -> ticket.id().value()).toList())
                .bindArray("versions", Long.class, versions)
                .execute();
    }

    private static final String FIND = """
            select operation_id, actor_type, actor_id, actor_name, actor_via, token_id, request_id, change, total
            from {schema}.bulk_change
            where tenant_id = :tenant and operation_id = :operation
            """;

    Optional<Bulk> find(Tx tx, OperationId operation) {
        return tx.query(FIND)
                .bind("operation", operation.value())
                .map((row, context) -> bulk(row))
                .findOne();
    }

    private static final String NEXT = """
            select b.next_seq, t.ticket_id, t.expected_version
            from {schema}.bulk_change b
            left join {schema}.bulk_change_ticket t
              on t.tenant_id = b.tenant_id and t.operation_id = b.operation_id and t.seq = b.next_seq
            where b.tenant_id = :tenant and b.operation_id = :operation
            """;

    /**
     * How far one is.
     *
     * @param seq the place of the next ticket, and so how many are done
     * @param ticket the next ticket; null at the end
     */
    record Position(int seq, @Nullable TicketVersion ticket) {}

    /** How far one is; empty where it has ended. To be asked under the operation's lock. */
    Optional<Position> next(Tx tx, OperationId operation) {
        return tx.query(NEXT)
                .bind("operation", operation.value())
                .map((row, context) -> position(row))
                .findOne();
    }

    private static final String MOVE_ON = """
            update {schema}.bulk_change
            set next_seq = next_seq + 1
            where tenant_id = :tenant and operation_id = :operation
            """;

    void moveOn(Tx tx, OperationId operation) {
        tx.update(MOVE_ON).bind("operation", operation.value()).execute();
    }

    private static final String DELETE = """
            delete from {schema}.bulk_change
            where tenant_id = :tenant and operation_id = :operation
            """;

    /** Removes one that has ended, with its list of tickets. */
    void delete(Tx tx, OperationId operation) {
        tx.update(DELETE).bind("operation", operation.value()).execute();
    }

    private static final String DELETE_OLD = """
            delete from {schema}.bulk_change b
            using {schema}.operation o
            where b.tenant_id = :tenant and o.tenant_id = b.tenant_id and o.id = b.operation_id
              and (o.finished_at is not null or o.created_at < :before)
            """;

    /** Removes what was cancelled before its job came to it, and what was given up long ago; answers how many. */
    int deleteOld(Tx tx, Instant before) {
        return tx.update(DELETE_OLD).bind("before", before).execute();
    }

    private static Position position(ResultSet row) throws SQLException {
        UUID ticket = row.getObject("ticket_id", UUID.class);
        long version = row.getLong("expected_version");
        Long expected = row.wasNull() ? null : version;
        return new Position(
                row.getInt("next_seq"), ticket == null ? null : new TicketVersion(new TicketId(ticket), expected));
    }

    private static Bulk bulk(ResultSet row) throws SQLException {
        UUID token = row.getObject("token_id", UUID.class);
        return new Bulk(
                new OperationId(row.getObject("operation_id", UUID.class)),
                new Actor(
                        ActorType.valueOf(row.getString("actor_type").toUpperCase(Locale.ROOT)),
                        row.getObject("actor_id", UUID.class),
                        row.getString("actor_name"),
                        row.getString("actor_via")),
                token == null ? null : new ApiTokenId(token),
                row.getString("request_id"),
                TicketChange.fromJson(row.getString("change")),
                row.getInt("total"));
    }
}
