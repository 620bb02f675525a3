package io.insightdesk.mail.internal;

import io.insightdesk.customer.EmailAddress;
import io.insightdesk.identity.TeamId;
import io.insightdesk.internal.db.Tx;
import io.insightdesk.mail.Mailbox;
import io.insightdesk.mail.MailboxId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of mailboxes. */
final class MailboxStore {

    private static final String INSERT = """
            insert into {schema}.mailbox (tenant_id, id, address, name, team_id, created_at, updated_at)
            values (:tenant, :id, :address, :name, :team, :now, :now)
            """;

    void insert(Tx tx, Mailbox mailbox) {
        TeamId team = mailbox.team();
        tx.update(INSERT)
                .bind("id", mailbox.id().value())
                .bind("address", mailbox.address().value())
                .bind("name", mailbox.name())
                .bindByType("team", team == null ? null : team.value(), UUID.class)
                .bind("now", mailbox.createdAt())
                .execute();
    }

    private static final String COLUMNS = """
            select id, address, name, team_id, created_at, updated_at, version
            from {schema}.mailbox
            """;

    private static final String FIND = COLUMNS + "where tenant_id = :tenant and id = :id";

    Optional<Mailbox> find(Tx tx, MailboxId id) {
        return tx.query(FIND)
                .bind("id", id.value())
                .map((row, context) -> mailbox(row))
                .findOne();
    }

    private static final String LOCK = FIND + " for update";

    Optional<Mailbox> lock(Tx tx, MailboxId id) {
        return tx.query(LOCK)
                .bind("id", id.value())
                .map((row, context) -> mailbox(row))
                .findOne();
    }

    private static final String WITH_ADDRESSES = COLUMNS + "where tenant_id = :tenant and address = any(:addresses)";

    List<Mailbox> withAddresses(Tx tx, Collection<String> addresses) {
        return tx.query(WITH_ADDRESSES)
                .bindArray("addresses", String.class, List.copyOf(addresses))
                .map((row, context) -> mailbox(row))
                .list();
    }

    private static final String LIST = COLUMNS + """
            where tenant_id = :tenant and id > :after
            order by id
            limit :rows
            """;

    List<Mailbox> list(Tx tx, UUID after, int rows) {
        return tx.query(LIST)
                .bind("after", after)
                .bind("rows", rows)
                .map((row, context) -> mailbox(row))
                .list();
    }

    private static final String UPDATE = """
            update {schema}.mailbox
            set name = :name, team_id = :team, updated_at = :now, version = version + 1
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Mailbox mailbox) {
        TeamId team = mailbox.team();
        tx.update(UPDATE)
                .bind("id", mailbox.id().value())
                .bind("name", mailbox.name())
                .bindByType("team", team == null ? null : team.value(), UUID.class)
                .bind("now", mailbox.updatedAt())
                .execute();
    }

    private static Mailbox mailbox(ResultSet row) throws SQLException {
        UUID team = row.getObject("team_id", UUID.class);
        return new Mailbox(
                new MailboxId(row.getObject("id", UUID.class)),
                EmailAddress.of(row.getString("address")),
                row.getString("name"),
                team == null ? null : new TeamId(team),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
